"""A comparison on a SLURM cluster: python slurm_compare.py icam1_knockdown 100 /scratch/me/results"""

import sys

from dask_jobqueue import SLURMCluster

from analysis import compare


def cluster() -> SLURMCluster:
    """Describe one worker; change what your cluster wants otherwise (queue, account, memory)."""
    return SLURMCluster(
        cores=1,
        processes=1,
        memory="2 GB",
        walltime="04:00:00",
        # One run, one thread: many runs at a time and none waits for another.
        job_script_prologue=["export NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1"],
        # Workers leave before their time is up: a run that is cut goes on from its checkpoint on another worker.
        worker_extra_args=["--lifetime", "220m", "--lifetime-stagger", "10m"],
        log_directory="slurm-logs",
        scheduler_options={"dashboard_address": ":0"},
    )


def main(study: str, workers: int, out: str) -> None:
    """Compare with so many workers; the folder has to be on a disk that all of them see."""
    with cluster() as workshop:
        workshop.scale(jobs=workers)
        found = compare(study, scheduler=workshop.scheduler_address, out=out, tell=print)
    print(f"{len(found.runs)} runs, {len(found.failures)} failed: {found.folder}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
