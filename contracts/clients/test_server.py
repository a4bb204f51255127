"""The server of `sluice devnet`: what browsers, broken clients and Ctrl-C get."""

import http.client
import json
import signal
import socket
import subprocess
import time
import urllib.parse

import pytest
from conftest import SLUICE

BODY_LIMIT = 32 << 20


def asked(devnet, method, body=None, headers=None, path="/"):
    connection = http.client.HTTPConnection(urllib.parse.urlparse(devnet.url).netloc, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def call(devnet, method, *parameters):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
    status, _, answer = asked(devnet, "POST", body)
    assert status == 200
    return json.loads(answer)


def connected(devnet):
    return socket.create_connection(("127.0.0.1", urllib.parse.urlparse(devnet.url).port))


def run(*arguments):
    command = [SLUICE, "devnet", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


def half_a_request(devnet):
    connection = connected(devnet)
    connection.sendall(b"POST / HTTP/1.1\r\nHost: devnet\r\nContent-Length: 100\r\n\r\n{")
    return connection


def test_a_browser_is_told_what_this_is(devnet):
    for path in ("/", "/favicon.ico"):
        status, headers, text = asked(devnet, "GET", path=path)
        assert status == 200 and headers["Content-Type"].startswith("text/plain")
        assert b"JSON-RPC" in text and b"POST" in text


def test_a_page_of_another_origin_may_ask(devnet):
    asking = {
        "Origin": "http://page.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"}
    status, headers, _ = asked(devnet, "OPTIONS", headers=asking)
    assert status == 204 and headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in headers["Access-Control-Allow-Methods"]
    body = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'
    status, headers, answer = asked(
        devnet, "POST", body, {"Origin": "http://page.example", "Content-Type": "text/plain"})
    assert status == 200 and headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer)["result"] == "0x7a69"


def test_a_notification_gets_nothing(devnet):
    status, _, answer = asked(devnet, "POST", '{"jsonrpc":"2.0","method":"evm_mine","params":[]}')
    assert status in (200, 204) and answer == b""
    assert call(devnet, "eth_blockNumber")["result"] == "0x1"


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[" * 1000, b"\xff\xfe", b'{"a":1,"a":2}'])
def test_what_is_no_json_is_answered_as_that(devnet, body):
    status, headers, answer = asked(devnet, "POST", body)
    assert status == 200 and headers["Content-Type"] == "application/json"
    assert json.loads(answer)["error"]["code"] == -32700


def test_a_body_has_a_largest_size(devnet):
    request = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'
    status, _, answer = asked(devnet, "POST", request + b" " * (BODY_LIMIT - len(request)))
    assert status == 200 and json.loads(answer)["result"] == "0x7a69"
    status, _, answer = asked(devnet, "POST", request + b" " * (BODY_LIMIT + 1 - len(request)))
    assert status == 413
    error = json.loads(answer)["error"]
    assert error["code"] == -32600 and str(BODY_LIMIT) in error["message"]


def test_a_client_that_sends_all_of_a_long_body_first_is_answered(devnet):
    status, _, _ = asked(devnet, "POST", b" " * (3 * BODY_LIMIT))
    assert status == 413


def test_slow_and_broken_clients_hold_nobody_up(devnet):
    waiting = [half_a_request(devnet) for _ in range(100)] + [connected(devnet) for _ in range(100)]
    with connected(devnet) as broken:
        broken.sendall(b"nonsense\r\n\r\n")
        assert broken.recv(100).startswith(b"HTTP/1.1 400")
    with half_a_request(devnet):
        pass
    start = time.monotonic()
    assert call(devnet, "eth_chainId")["result"] == "0x7a69"
    assert time.monotonic() - start < 2
    for connection in waiting:
        connection.close()
    assert call(devnet, "eth_chainId")["result"] == "0x7a69"


def test_ctrl_c_ends_it_though_a_request_is_only_half_sent(start, tmp_path):
    state = tmp_path / "state.json"
    devnet = start("--dump", state)
    account = "0x" + "11" * 20
    call(devnet, "anvil_setBalance", account, "0x7")
    with half_a_request(devnet), connected(devnet):
        begun = time.monotonic()
        assert devnet.stop() == 0
        assert time.monotonic() - begun < 5
    again = start("--load", state)
    assert call(again, "eth_getBalance", account, "latest")["result"] == "0x7"


def test_a_second_ctrl_c_does_not_lose_the_state(start, tmp_path):
    state = tmp_path / "state.json"
    devnet = start("--dump", state)
    with half_a_request(devnet):
        devnet.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert devnet.stop() == 0
    assert start("--load", state).chain_id == devnet.chain_id


def test_a_kill_leaves_the_old_state_as_it_was(start, tmp_path):
    state = tmp_path / "state.json"
    first = start("--dump", state)
    assert first.stop() == 0
    before = state.read_bytes()
    second = start("--load", state, "--dump", state)
    call(second, "evm_mine")
    second.process.kill()
    second.process.wait()
    assert state.read_bytes() == before


def test_a_port_in_use(devnet):
    port = urllib.parse.urlparse(devnet.url).port
    result = run("--port", port)
    assert result.returncode == 4 and "SLC-CMD-031" in result.stderr and "in use" in result.stderr
    assert call(devnet, "eth_chainId")["result"] == "0x7a69"


def test_a_state_that_is_none(tmp_path):
    state = tmp_path / "state.json"
    state.write_text('{"format": "other"}')
    result = run("--port", 0, "--load", state)
    assert result.returncode == 3 and "SLC-CMD-032" in result.stderr and str(state) in result.stderr


def test_a_state_that_could_not_be_written_is_refused_before_the_chain_starts(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "none" / "state.json", tmp_path / "file" / "state.json"):
        result = run("--port", 0, "--dump", place)
        assert result.returncode == 4 and "SLC-CMD-002" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("arguments", [
    ["--port", 65_536], ["--port", -1], ["--accounts", 1001], ["--accounts", -1], ["--fork", "moon"],
    ["--chain-id", -1], ["--balance", "many"], ["--block-time", -1],
], ids=lambda arguments: " ".join(map(str, arguments)))
def test_arguments_that_are_none(arguments):
    result = run(f"{arguments[0]}={arguments[1]}")
    assert result.returncode == 2 and arguments[0] in result.stderr and result.stdout == ""


def test_no_accounts_and_the_most(start):
    assert start("--accounts", 0).accounts == []
    devnet = start("--accounts", 1000)
    assert len({account["address"] for account in devnet.accounts}) == 1000
    assert call(devnet, "eth_accounts")["result"] == [a["address"].lower() for a in devnet.accounts]
