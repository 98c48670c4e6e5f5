"""What the client libraries give to actors, written against the execution contract alone."""
import ast
import http.client
import json
import os
import pickle
import socket
from urllib.parse import urlsplit


def literal_or_json(text):
    """A message or state: a Python literal, else JSON, else the text itself."""
    for parse in (ast.literal_eval, json.loads):
        try:
            return parse(text)
        except (ValueError, SyntaxError):
            pass
    return text


def message():
    return literal_or_json(os.environ["MSG"])


def state():
    return literal_or_json(os.environ["_abaco_actor_state"])


def binary_message(path="/_abaco_binary_data"):
    """Reads without blocking until there is no more, as the client libraries do."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    data = b""
    while True:
        try:
            chunk = os.read(descriptor, 4069)
        except BlockingIOError:
            break
        if not chunk:
            break
        data += chunk
    os.close(descriptor)
    return data


def send_bytes_result(data, path="/_abaco_results.sock"):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as results:
        results.connect(path)
        results.send(data)


def send_python_result(value):
    send_bytes_result(pickle.dumps(value))


def call(method, path, body=None, query=""):
    """A request to the service that runs this actor."""
    at = urlsplit(os.environ["_abaco_api_server"])
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    connection.request(method, path + query, json.dumps(body), {"content-type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    if response.status != 200:
        raise RuntimeError(f"{method} {path}: {response.status} {answer['message']}")
    return answer["result"]


def update_state(value):
    call("POST", f"/actors/{os.environ['_abaco_actor_id']}/state", value)
