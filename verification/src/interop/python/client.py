"""Uses the API as programs in Python do; ends with 1 at the first thing that is not as it must be.

    client.py SCENARIO NAMESPACE
"""

import concurrent.futures
import json
import sys
import time

from kubernetes import client, config, dynamic, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import portforward, stream
from kubernetes.utils import create_from_dict

JOBSETS = ("jobset.x-k8s.io", "v1alpha2")


def pod(name, script):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"of": "python"}},
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 1,
            "containers": [{"name": "main", "image": "host", "command": ["sh", "-c", script]}],
        },
    }


def expect(what, wanted, found):
    if wanted != found:
        raise AssertionError(f"{what}: {wanted!r} was expected, found {found!r}")


def refused(code, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except ApiException as problem:
        expect("code", code, problem.status)
        return problem
    raise AssertionError(f"{call.__name__} was not refused with {code}")


def objects(namespace):
    """Creates, lists in pages, replaces, patches in each way and deletes."""
    core = client.CoreV1Api()
    for i in range(3):
        body = client.V1ConfigMap(
            metadata=client.V1ObjectMeta(name=f"map-{i}", labels={"of": "python"}), data={"a": "x"}
        )
        expect("created", {"a": "x"}, core.create_namespaced_config_map(namespace, body).data)
    refused(409, core.create_namespaced_config_map, namespace, body)
    names, more = [], None
    while more != "":
        page = core.list_namespaced_config_map(
            namespace, label_selector="of=python", limit=2, _continue=more
        )
        names += [item.metadata.name for item in page.items]
        more = page.metadata._continue or ""
    expect("names", ["map-0", "map-1", "map-2"], names)
    read = core.read_namespaced_config_map("map-0", namespace)
    read.data = {"a": "y"}
    expect("replaced", {"a": "y"}, core.replace_namespaced_config_map("map-0", namespace, read).data)
    refused(409, core.replace_namespaced_config_map, "map-0", namespace, read)
    patched = core.patch_namespaced_config_map("map-0", namespace, {"data": {"b": "z"}})
    expect("strategic patch", {"a": "y", "b": "z"}, patched.data)
    operations = [{"op": "remove", "path": "/data/a"}]
    patched = core.patch_namespaced_config_map("map-0", namespace, operations)
    expect("JSON patch", {"b": "z"}, patched.data)
    missing = refused(404, core.read_namespaced_config_map, "none", namespace)
    expect("message", True, 'configmaps \\"none\\" not found' in missing.body)
    core.delete_collection_namespaced_config_map(namespace, label_selector="of=python")
    left = core.list_namespaced_config_map(namespace, label_selector="of=python").items
    expect("left", 0, len(left))


def pods(namespace):
    """Starts a pod, watches it run, reads its log, runs commands in it and sees it go."""
    core = client.CoreV1Api()
    start = core.list_namespaced_pod(namespace).metadata.resource_version
    core.create_namespaced_pod(namespace, pod("box", "echo hello; exec sleep 3600"))
    seen = []
    for event in watch.Watch().stream(
        core.list_namespaced_pod, namespace, resource_version=start, timeout_seconds=60
    ):
        seen.append(event["type"])
        if event["object"].status.phase == "Running":
            break
    expect("events", {"ADDED", "MODIFIED"}, set(seen))
    expect("log", "hello\n", core.read_namespaced_pod_log("box", namespace))
    lines = watch.Watch().stream(core.read_namespaced_pod_log, "box", namespace, follow=True)
    expect("followed log", "hello", next(iter(lines)))
    said = stream(
        core.connect_get_namespaced_pod_exec,
        "box",
        namespace,
        command=["sh", "-c", "hostname; echo problem >&2"],
        stderr=True,
        stdout=True,
        stdin=False,
        tty=False,
    )
    expect("output of exec", {"box", "problem"}, set(said.split()))
    talk = stream(
        core.connect_get_namespaced_pod_exec,
        "box",
        namespace,
        command=["sh", "-c", "read line; echo got $line; exit 5"],
        stderr=True,
        stdout=True,
        stdin=True,
        tty=False,
        _preload_content=False,
    )
    talk.write_stdin("words\n")
    talk.run_forever(timeout=60)
    expect("answer", "got words\n", talk.read_stdout())
    expect("exit code", 5, talk.returncode)
    core.delete_namespaced_pod("box", namespace)
    deadline = time.monotonic() + 60
    while core.list_namespaced_pod(namespace, field_selector="metadata.name=box").items:
        expect("gone in time", True, time.monotonic() < deadline)
        time.sleep(0.1)


def running(name, script, namespace):
    """Starts a pod whose input stays open, and waits until it runs."""
    core = client.CoreV1Api()
    body = pod(name, script)
    body["spec"]["containers"][0]["stdin"] = True
    start = core.create_namespaced_pod(namespace, body).metadata.resource_version
    for event in watch.Watch().stream(
        core.list_namespaced_pod,
        namespace,
        field_selector=f"metadata.name={name}",
        resource_version=start,
        timeout_seconds=60,
    ):
        if event["object"].status.phase == "Running":
            return core
    raise AssertionError(f"{name} does not run")


def command(core, namespace, *words, **options):
    """Begins a command, over a client of its own: a stream takes over the one that it is given."""
    return stream(
        client.CoreV1Api(client.ApiClient()).connect_get_namespaced_pod_exec,
        "box",
        namespace,
        command=list(words),
        _preload_content=False,
        **{"stdin": False, "stdout": True, "stderr": True, "tty": False, **options},
    )


def commands(namespace):
    """Talks with commands: through pipes, on a terminal, with many at once."""
    core = running("box", "exec sleep 3600", namespace)
    talk = command(core, namespace, "sh", "-c", "cat; echo problem >&2; exit 7", stdin=True)
    expect("protocol", "v5.channel.k8s.io", talk.subprotocol)
    for _ in range(64):
        talk.write_stdin("0123456789abcde\n" * 1024)
    talk.close_channel(0)
    talk.run_forever(timeout=60)
    expect("sent and got back", "0123456789abcde\n" * 65536, talk.read_stdout())
    expect("problems", "problem\n", talk.read_stderr())
    expect("exit code", 7, talk.returncode)
    missing = command(core, namespace, "no-such-program")
    missing.run_forever(timeout=60)
    expect("exit code of what is not there", 127, missing.returncode)
    only = command(core, namespace, "sh", "-c", "echo out; echo problem >&2", stderr=False)
    only.run_forever(timeout=60)
    expect("output alone", "out\n", only.read_all())
    script = 'read line; until [ "$(stty size)" = "37 101" ]; do sleep 0.02; done; echo "<$line>"'
    screen = command(core, namespace, "sh", "-c", script, stdin=True, tty=True)
    screen.write_channel(4, json.dumps({"Width": 101, "Height": 37}))
    screen.write_stdin("word\n")
    screen.run_forever(timeout=60)
    expect("terminal", "word\r\n<word>\r\n", screen.read_stdout())
    expect("exit code of the terminal", 0, screen.returncode)

    def one(number):
        each = command(core, namespace, "sh", "-c", "cat; exit 9", stdin=True)
        each.write_stdin(f"{number}\n")
        each.close_channel(0)
        each.run_forever(timeout=60)
        return each.read_stdout(), each.returncode

    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        for number, said in enumerate(crowd.map(one, range(100))):
            expect("one of many", (f"{number}\n", 9), said)
    leaves_half_way(core, namespace)
    core.delete_namespaced_pod("box", namespace)


def leaves_half_way(core, namespace):
    """Goes away while a command runs: the command goes too, and with it the end of a pipe."""
    pipe = f"/tmp/{namespace}-gone"
    writer = command(core, namespace, "sh", "-c", f"mkfifo {pipe}; echo; exec sleep 3600 >{pipe}")
    writer.readline_stdout(timeout=60)
    # That the pipe is open here means that it is at the other end.
    script = f"exec 3<{pipe}; echo; cat <&3; rm {pipe}"
    reader = command(core, namespace, "sh", "-c", script)
    reader.readline_stdout(timeout=60)
    reader.update(timeout=0.1)
    expect("the pipe is open", True, reader.is_open())
    writer.close()
    reader.run_forever(timeout=60)
    expect("the pipe has ended", 0, reader.returncode)


def attached(namespace):
    """Talks with a container until it ends."""
    script = 'while read line; do echo "got $line"; [ "$line" != end ] || exit 3; done'
    core = running("box", script, namespace)
    talk = stream(
        client.CoreV1Api(client.ApiClient()).connect_get_namespaced_pod_attach,
        "box",
        namespace,
        stdin=True,
        stdout=True,
        stderr=True,
        tty=False,
        _preload_content=False,
    )
    talk.write_stdin("word\n")
    expect("answer", "got word", talk.readline_stdout(timeout=60))
    talk.write_stdin("end\n")
    talk.run_forever(timeout=60)
    expect("last words", "got end\n", talk.read_stdout())
    expect("being attached ends well", 0, talk.returncode)
    core.delete_namespaced_pod("box", namespace)


ECHO = """exec python3 -c '
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
server = Server(("127.0.0.1", 8083), Echo)
print("listening", flush=True)
server.serve_forever()
'"""


def ports(namespace):
    """Reaches what listens in a pod, and what does not."""
    core = running("box", ECHO, namespace)
    lines = watch.Watch().stream(core.read_namespaced_pod_log, "box", namespace, follow=True)
    expect("said", "listening", next(iter(lines)))

    def reach(*numbers):
        streams = client.CoreV1Api(client.ApiClient())
        return portforward(
            streams.connect_get_namespaced_pod_portforward,
            "box",
            namespace,
            ports=",".join(map(str, numbers)),
        )

    def echo(number):
        through = reach(8083)
        words = str(number).encode() * 5000
        talk = through.socket(8083)
        talk.sendall(words)
        heard = b""
        while len(heard) < len(words):
            heard += talk.recv(65536)
        talk.close()
        return heard == words and through.error(8083) is None

    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        expect("echoes", [True] * 100, list(crowd.map(echo, range(100))))
    both = reach(8083, 9)
    expect("nothing of a port that nobody listens on", b"", both.socket(9).recv(100))
    problem = both.error(9) or ""
    expect("problem", True, problem.startswith("error forwarding port 9 to pod box"))
    both.socket(8083).sendall(b"word")
    expect("the other port", b"word", both.socket(8083).recv(100))
    both.close()
    core.delete_namespaced_pod("box", namespace)


def custom_objects(namespace):
    """Follows a JobSet to its end as a custom object, and reads it with the dynamic client."""
    custom = client.CustomObjectsApi()
    job = {
        "parallelism": 2,
        "completions": 2,
        "template": {"spec": pod("", "true")["spec"]},
    }
    made = custom.create_namespaced_custom_object(
        *JOBSETS,
        namespace,
        "jobsets",
        {
            "apiVersion": "/".join(JOBSETS),
            "kind": "JobSet",
            "metadata": {"name": "train"},
            "spec": {"replicatedJobs": [{"name": "w", "replicas": 1, "template": {"spec": job}}]},
        },
    )
    for event in watch.Watch().stream(
        custom.list_namespaced_custom_object,
        *JOBSETS,
        namespace,
        "jobsets",
        resource_version=made["metadata"]["resourceVersion"],
        timeout_seconds=60,
    ):
        state = event["object"].get("status", {}).get("terminalState")
        if state:
            break
    expect("state", "Completed", state)
    custom.patch_namespaced_custom_object(
        *JOBSETS, namespace, "jobsets", "train", {"metadata": {"labels": {"seen": "yes"}}}
    )
    sets = dynamic.DynamicClient(client.ApiClient()).resources.get(
        api_version="/".join(JOBSETS), kind="JobSet"
    )
    expect("label", "yes", sets.get(name="train", namespace=namespace).metadata.labels.seen)
    applied = sets.server_side_apply(
        body={
            "apiVersion": "/".join(JOBSETS),
            "kind": "JobSet",
            "metadata": {"name": "train", "annotations": {"by": "python"}},
        },
        name="train",
        namespace=namespace,
        field_manager="python",
    )
    expect("applied", "python", applied.metadata.annotations.by)
    custom.delete_namespaced_custom_object(*JOBSETS, namespace, "jobsets", "train")


def workloads(namespace):
    """Scales a deployment that was made of a dictionary, and reads what the server serves."""
    apps = client.AppsV1Api()
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {**pod("", "exec sleep 3600")["spec"], "restartPolicy": "Always"},
    }
    create_from_dict(
        client.ApiClient(),
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": {"app": "web"}},
                "template": template,
            },
        },
        namespace=namespace,
    )
    apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 2}})
    for event in watch.Watch().stream(
        apps.list_namespaced_deployment, namespace, timeout_seconds=60
    ):
        ready = event["object"].status.ready_replicas
        if ready == 2:
            break
    expect("ready replicas", 2, ready)
    apps.delete_namespaced_deployment("web", namespace, propagation_policy="Foreground")
    expect("minor version", "37", client.VersionApi().get_code().minor)
    groups = [group.name for group in client.ApisApi().get_api_versions().groups]
    expect("group", True, "jobset.x-k8s.io" in groups)
    review = client.AuthorizationV1Api().create_self_subject_access_review(
        {"spec": {"resourceAttributes": {"verb": "create", "resource": "pods"}}}
    )
    expect("allowed", True, review.status.allowed)


if __name__ == "__main__":
    config.load_kube_config()
    scenarios = [objects, pods, commands, attached, ports, custom_objects, workloads]
    {scenario.__name__: scenario for scenario in scenarios}[sys.argv[1]](sys.argv[2])
    print("ok")
