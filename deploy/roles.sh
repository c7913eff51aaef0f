#!/bin/sh
# Once, where people log in with accounts of their own (Airflow's FAB auth manager): the office's four roles.
# 只读 looks; 经办 also starts runs; 审核 also answers approvals and changes DAG settings; 运维 reruns tasks and sees to pools. Then: airflow users create --role 经办 --username … --firstname … --lastname … --email …
set -eu
airflow roles create 只读 经办 审核 运维
for role in 只读 经办 审核 运维; do
    airflow roles add-perms "$role" -a can_read -r Website DAGs "DAG Runs" "Task Instances" "Task Logs" "XComs" Assets "HITL Detail"
done
for role in 经办 审核 运维; do
    airflow roles add-perms "$role" -a can_create -r "DAG Runs"
done
for role in 审核 运维; do
    airflow roles add-perms "$role" -a can_edit -r DAGs "DAG Runs" "Task Instances" "HITL Detail"
done
# on the office's own page a reviewer is who may change variables (etl/orchestration/who.py)
airflow roles add-perms 审核 -a can_edit -r Variables
airflow roles add-perms 运维 -a can_read -r Pools Jobs
airflow roles add-perms 运维 -a can_edit -r Pools
