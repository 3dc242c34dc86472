"""Certificates, signatures and their examination: bytes in, bytes or findings out, no Django model.

docs/signing.md tells what is signed by whom, and what a signature of this kind is worth.
"""
