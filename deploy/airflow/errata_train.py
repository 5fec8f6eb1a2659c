"""A training of Errata as an Airflow DAG: ask the trainer, wait without holding a slot, branch on the gate's decision.

Needs Airflow 3 with `apache-airflow-providers-http`, and an HTTP connection `errata_trainer`: host and port of the trainer
(ERRATA_TRAINER_PORT) and, where accounts, ERRATA_TOKEN or a login exist, the extra {"Authorization": "Bearer <token>"} with
a token of an operator: one of `errata users add airflow --role operator`, or ERRATA_TOKEN.

The run id is the idempotency key: a task that is tried again or cleared asks for the same training, so a run trains at most
once, and a snapshot that was trained on before is not published twice. The sensor is deferrable: while the training runs,
only the triggerer knows of it. A training that failed fails the run at once; clearing the run begins it anew. Put what
shall happen afterwards behind `promoted`, `refused` or `unchanged`.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pendulum
from airflow.providers.http.operators.http import HttpOperator
from airflow.providers.http.sensors.http import HttpSensor
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowFailException

CONNECTION = "errata_trainer"
KEY = "{{ run_id }}"
PATH = "trainings/{{ run_id | urlencode | replace('/', '%2F') }}"

with DAG(
    dag_id="errata_train",
    schedule="0 2 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=1)},
    params={"profile": Param("invoice", type="string", description="what the model reads")},
    tags=["errata"],
    doc_md=__doc__,
) as dag:
    ask = HttpOperator(
        task_id="ask",
        http_conn_id=CONNECTION,
        method="POST",
        endpoint="trainings",
        headers={"Content-Type": "application/json", "Idempotency-Key": KEY},
        data='{"profile": {{ params.profile | tojson }}}',
        response_check=lambda response: response.status_code == 202,
    )

    # 404 for as long as the training waits or runs
    wait = HttpSensor(
        task_id="wait",
        http_conn_id=CONNECTION,
        endpoint=f"{PATH}/outcome",
        poke_interval=10,
        timeout=6 * 60 * 60,
        deferrable=True,
    )

    read = HttpOperator(task_id="read", http_conn_id=CONNECTION, method="GET", endpoint=PATH)

    @task.branch(task_id="decided")
    def decided(training: str) -> str:
        outcome = json.loads(training)
        print(f"{outcome['profile']}: {outcome['outcome']} {outcome['version']}: {'; '.join(outcome['reasons'])}")
        if outcome["state"] != "done":
            raise AirflowFailException("the training failed: " + "; ".join(outcome["reasons"]))
        return outcome["outcome"] if outcome["outcome"] in ("promoted", "refused") else "unchanged"

    ask >> wait >> read
    decided(read.output) >> [EmptyOperator(task_id=name) for name in ("promoted", "refused", "unchanged")]
