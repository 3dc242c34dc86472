"""The jobs as procrastinate runs them, on PostgreSQL; it imports this module by its name."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from evalsys.jobs.running import LEASE, run

# Longer than the lease of a killed worker lasts, or the rescuer would find it still claimed.
SILENCE_SECONDS = 2 * LEASE.total_seconds()


@app.task(name="evalsys.run_job")
def run_job(job: int) -> None:
    try:
        run(job)
    finally:
        connection.close()  # the thread may be gone before it is used again


@app.periodic(cron="* * * * *")
@app.task(name="evalsys.rescue", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give the jobs of killed workers to others, as procrastinate's documentation tells."""
    manager = context.app.job_manager
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_SECONDS)
    for job in stalled:
        await manager.retry_job(job)
