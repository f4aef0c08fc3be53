"""An operator's day with python-marathon: prints one line of JSON for each thing that it saw.

    marathon-client.py http://127.0.0.1:8080
"""

import json
import sys
import threading
import time

from marathon import MarathonClient
from marathon.exceptions import ConflictError, MarathonHttpError, NotFoundError
from marathon.models import MarathonApp, MarathonConstraint, MarathonHealthCheck
from marathon.models.app import MarathonUpgradeStrategy

client = MarathonClient(sys.argv[1])
ID = "/strangers/web"
SLEEP = "exec sleep 1000"


def saw(what, **facts):
    print(json.dumps({"saw": what, **facts}), flush=True)


def until(claim, seconds=20):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if claim():
            return True
        time.sleep(0.05)
    raise AssertionError("it never came about: " + claim.__name__)


def quiet():
    return client.list_deployments() == []


def running(count):
    def as_many_as_wanted():
        tasks = client.list_tasks(ID)
        return len(tasks) == count and all(task.state == "TASK_RUNNING" for task in tasks)

    return as_many_as_wanted


def ids():
    return sorted(task.id for task in client.list_tasks(ID))


heard = []


def listen():
    for event in client.event_stream(event_types=["deployment_success", "api_post_event", "status_update_event"]):
        heard.append(event)


threading.Thread(target=listen, daemon=True).start()

saw("server", ping=client.ping().decode(), leader=client.get_leader(), info=client.get_info().name)

created = client.create_app(ID, MarathonApp(cmd=SLEEP, mem=16, cpus=0.1, instances=2, env={"A": "1"}, labels={"tier": "front"}))
until(quiet)
until(running(2))
saw("created", id=created.id, deployments=len(created.deployments), port=created.port_definitions[0].port)

listed = client.list_apps(embed_tasks=True, embed_task_stats=True, label="tier==front")
saw("listed", ids=[app.id for app in listed], tasks=len(listed[0].tasks), running=listed[0].tasks_running)
saw("filtered", cmd=[app.id for app in client.list_apps(cmd="SLEEP")], none=client.list_apps(app_id="nothing"))

before = ids()
client.scale_app(ID, instances=3)
until(quiet)
saw("scaled", instances=client.get_app(ID).instances, kept=set(before) <= set(ids()))
client.scale_app(ID, delta=-1)
until(quiet)
until(running(2))
saw("scaled down", tasks=len(ids()))

# Everything that was answered is sent back, as people do who edit an application.
app = client.get_app(ID)
app.env["A"] = "2"
app.upgrade_strategy = MarathonUpgradeStrategy(minimum_health_capacity=0.5, maximum_over_capacity=0)
before = ids()
client.update_app(ID, app, minimal=False)
until(quiet)
until(running(2))
saw("updated", env=client.get_app(ID).env, replaced=not set(before) & set(ids()))

versions = client.list_versions(ID)
first = sorted(versions)[0]
saw("versions", count=len(versions), first=client.get_version(ID, first).env)
client.rollback_app(ID, first)
until(quiet)
until(running(2))
saw("rolled back", env=client.get_app(ID).env)

before = ids()
client.restart_app(ID)
until(quiet)
until(running(2))
saw("restarted", replaced=not set(before) & set(ids()))

victim = client.list_tasks(ID)[0].id
killed = client.kill_task(ID, victim)
until(lambda: victim not in ids())
until(running(2))
saw("killed", id=killed.id == victim, back=victim[: -len("1")] + "2" in ids())

client.kill_task(ID, ids()[0], scale=True)
until(quiet)
saw("killed and scaled", instances=client.get_app(ID).instances, tasks=len(ids()))
saw("killed given", done=client.kill_given_tasks(ids()))
until(running(1))
all_killed = client.kill_tasks(ID)
until(running(1))
saw("killed all", tasks=len(all_killed))
client.kill_tasks(ID, scale=True)
until(quiet)
saw("killed all and scaled", instances=client.get_app(ID).instances)

# A deployment that cannot end: nothing is ever healthy.
client.update_app(ID, MarathonApp(instances=1, health_checks=[MarathonHealthCheck(protocol="TCP", port_index=0, interval_seconds=1)]))
(stuck,) = client.list_deployments()
saw("stuck", action=stuck.steps[0].actions[0].action, apps=stuck.affected_apps)
try:
    client.scale_app(ID, instances=2)
except ConflictError as error:
    saw("locked", message=error.error_message, queue=[item.app.id for item in client.list_queue()])
client.delete_deployment(stuck.id, force=True)
until(quiet)
saw("cancelled", instances=client.get_app(ID).instances)

saw("groups", ids=[group.id for group in client.list_groups() or []], apps=[a.id for a in client.get_group("/strangers").apps])

try:
    client.create_app("/bad", MarathonApp(cmd="x", instances=-1, constraints=[MarathonConstraint("hostname", "NEAR")]))
except MarathonHttpError as error:
    saw("refused", status=error.status_code, message=error.error_message)

client.delete_app(ID)
until(quiet)
try:
    client.get_app(ID)
except NotFoundError as error:
    saw("deleted", message=error.error_message, left=len(client.list_tasks()))

# This client reads 512 bytes at a time: the last events reach it when others follow.
until(lambda: len({event.event_type for event in heard}) == 3)
saw("events", kinds=sorted({event.event_type for event in heard}))
