"""Past marks under the weights of another pack."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsys.rulepacks.schema import IndicatorTemplate, TreeFreedom
from reports.dossier.facts import Facts
from reports.dossier.model import Indicator
from reports.reweighing import changed_weights, reweighed
from scoring.engine import check_tree
from tests.reports.dossiers import member, small_dossier, small_pack


def template(key, weight, *children, name=""):
    points = None if weight is None else Decimal(weight)
    return IndicatorTemplate(key, name or key, points, children=children)


def leafy(output=40, effect=60, lamps=40, safety=60):
    """The tree of the small dossier with these weights."""
    return (
        template("output", output, template("quantity", lamps, template("lamps", lamps))),
        template("effect", effect, template("social", safety, template("safety", safety))),
    )


def classes(output=40, effect=60):
    """The same with classes left to the unit, as in the national form."""
    return (
        template("output", output, template("quantity", None), template("quality", None)),
        template("effect", effect, template("social", None)),
    )


def own_leaves(*leaves):
    """A dossier whose unit put these (key, class, weight) under the classes."""
    groups = {"quantity": "output", "quality": "output", "social": "effect"}
    used = dict.fromkeys(parent for _, parent, _ in leaves)
    weight = {
        name: sum(
            (Decimal(w) for _, parent, w in leaves if name in (parent, groups[parent])), Decimal(0)
        )
        for name in (*used, "output", "effect")
    }
    rows = []
    for top in ("output", "effect"):
        rows.append(Indicator(top, "", 1, top, weight[top]))
        for name in used:
            if groups[name] != top:
                continue
            rows.append(Indicator(name, top, 2, name, weight[name]))
            rows += [
                Indicator(key, name, 3, key, Decimal(points))
                for key, parent, points in leaves
                if parent == name
            ]
    panel = tuple(
        member(str(number), name, **{key: str(Decimal(points) / 2) for key, _, points in leaves})
        for number, name in enumerate(("赵", "钱", "孙"))
    )
    return small_dossier(indicators=tuple(rows), panel=panel)


def weights_of(dossier):
    return {row.key: row.weight for row in dossier.indicators}


def total_of(dossier):
    return Facts(dossier).result.total


def test_the_same_weights_leave_everything_as_it_is():
    before = small_dossier()
    after = reweighed(before, small_pack(tree=leafy()))
    assert after == before
    assert changed_weights(before, after) == 0


def test_marks_keep_their_share_of_the_weight():
    before = small_dossier()
    after = reweighed(before, small_pack(tree=leafy(output=50, lamps=50, effect=50, safety=50)))
    assert weights_of(after) == dict.fromkeys(
        ("output", "quantity", "lamps", "effect", "social", "safety"), Decimal(50)
    )
    marks = after.panel[0].sheet.marks
    assert marks["lamps"].value == Decimal("47.5")
    assert Fraction(marks["safety"].value) == pytest.approx(Fraction(52 * 50, 60))
    assert changed_weights(before, after) == 2
    result = Facts(after).result
    assert result.missing == ()
    # (38 + 39 + 40) / 40 and (52 + 52 + 53) / 60, each of 50, over three
    assert result.total == Decimal("92.36")


def test_full_and_no_marks_stay_so():
    panel = (member("a", "甲", lamps="40", safety="0"),)
    before = small_dossier(panel=panel)
    rules = replace(small_pack().scoring, minimum_evaluators=1)
    after = reweighed(before, small_pack(scoring=rules, tree=leafy(30, 70, 30, 70)))
    marks = after.panel[0].sheet.marks
    assert (marks["lamps"].value, marks["safety"].value) == (30, 0)
    assert total_of(after) == 30


def test_other_rules_come_with_the_pack():
    rules = replace(small_pack().scoring, minimum_evaluators=5)
    assert reweighed(small_dossier(), small_pack(scoring=rules, tree=leafy())).pack.scoring == rules


@pytest.mark.parametrize(
    "tree",
    [
        leafy()[:1],  # the other branch has no place
        (*leafy(), template("more", 0)),  # a leaf nobody was marked on
        (leafy()[0], template("effect", 60, template("other", 60, template("else", 60)))),
    ],
)
def test_other_leaves_cannot_be_compared(tree):
    assert reweighed(small_dossier(), small_pack(tree=tree)) is None


def test_what_a_class_weighs_is_shared_out_among_the_units_leaves():
    before = own_leaves(
        ("a", "quantity", 10), ("b", "quantity", 20), ("c", "quality", 10), ("d", "social", 60)
    )
    pack = small_pack(tree=classes(output=60, effect=40), tree_freedom=TreeFreedom.LEAVES)
    after = reweighed(before, pack)
    assert weights_of(after) == {
        "output": 60, "quantity": 45, "a": 15, "b": 30, "quality": 15, "c": 15,
        "effect": 40, "social": 40, "d": 40,
    }  # fmt: skip
    assert total_of(after) == 50


def test_points_that_do_not_divide_still_add_up():
    before = own_leaves(
        ("a", "quantity", 10), ("b", "quantity", 10), ("c", "quality", 20), ("d", "social", 60)
    )
    odd = (
        template("output", 20, template("quantity", 10), template("quality", 10)),
        template("effect", 80, template("social", None)),
    )
    third = (template("a", "33.33"), template("b", "33.33"), template("c", "33.34"))
    assert reweighed(before, small_pack(tree=third)) is None
    after = reweighed(before, small_pack(tree=odd))
    assert [weights_of(after)[key] for key in "abcd"] == [5, 5, 10, 80]


@given(st.data())
@settings(max_examples=60)
def test_every_tree_adds_up_and_every_mark_fits(data):
    """However the unit split its points and whatever the new pack gives the branches."""
    parts = data.draw(st.lists(st.integers(1, 40), min_size=2, max_size=6))
    first = data.draw(st.integers(1, len(parts) - 1))
    named = [
        (f"l{n}", data.draw(st.sampled_from(["quantity", "quality"])) if n < first else "social", p)
        for n, p in enumerate(parts)
    ]
    output = Decimal(data.draw(st.integers(1, 9999))) / 100
    before = own_leaves(*named)
    after = reweighed(before, small_pack(tree=classes(output, 100 - output)))
    facts = Facts(after)
    weights = weights_of(after)
    problems = [problem.message for problem in check_tree(facts.roots, after.pack.scoring)]
    assert all("应大于 0" in problem for problem in problems)
    for row in after.panel:
        assert all(
            mark.value <= weights[key] for key, mark in row.sheet.marks.items() if weights[key]
        )
    if not problems:
        assert abs(facts.result.total - 50) <= Decimal("0.01") * len(parts)
