"""Jobs and dead letters, through the management port of an API.

usage: PORT job ID | PORT dead-letters list [DEPLOYMENT]|show ID|resend ID|drop ID
"""

import http.client
import json
import sys
from datetime import datetime
from urllib.parse import quote

USAGE = {
    "dead-letters": "dead-letters [list [MODEL[@ALIAS]] | show ID | resend ID | drop ID]",
    "job": "job ID",
}
MOST_LISTED = 1000
MOST_ITEMS = 10
SHOWN = (
    *("job_id", "state", "reason", "owner", "deaths", "items", "members"),
    *("lane", "content", "bytes", "schema", "resent_from", "resent_to"),
)
COLUMNS = "{:<20} {:>6} {:>5} {:<52} {}"


def main(port, command, *arguments):
    if command == "job":
        if len(arguments) != 1:
            stop_with_usage(command)
        show(int(port), arguments[0], "/jobs/")
        return
    actions = {
        "list": (0, 1, show_list),
        "show": (1, 1, show),
        "resend": (1, 1, resend),
        "drop": (1, 1, drop),
    }
    action, *arguments = arguments or ["list"]
    least, most, run = actions.get(action, (1, 0, None))
    if not least <= len(arguments) <= most:
        stop_with_usage(command)
    run(int(port), *arguments)


def show_list(port, deployment=None):
    address = "/dead-letters?limit=200" + (f"&deployment={quote(deployment)}" if deployment else "")
    letters, total = [], 0
    while address and len(letters) < MOST_LISTED:
        page = ask(port, "GET", address)
        letters += page["dead_letters"]
        total, address = page["total"], page.get("next")
    if not letters:
        print("There are no dead letters.")
        return
    print(COLUMNS.format("DIED", "DEATHS", "ITEMS", "ID", "REASON"))
    for letter in letters:
        died = local(letter["timeline"].get("finished", ""))
        reason = plain(letter["reason"]) + (" (sent again)" if "resent_to" in letter else "")
        print(COLUMNS.format(died, letter["deaths"], letter["items"], letter["job_id"], reason))
    if total > len(letters):
        print(f"… and {total - len(letters)} older ones.")


def show(port, job_id, where="/dead-letters/"):
    job = ask(port, "GET", path(job_id, where))
    for name in SHOWN:
        if name in job:
            print(f"{name.replace('_', ' ') + ':':<14}{plain(job[name])}")
    for event, time in job["timeline"].items():
        print(f"{event + ':':<14}{local(time)}")
    show_payload(port, job["payload"])
    if "outcome" in job:
        show_outcome(job["outcome"])


def show_payload(port, payload):
    print(f"{'payload:':<14}{payload['kind']} {plain(payload.get('detail', ''))}".rstrip())
    for column in payload.get("columns", []):
        values = [plain(value) for value in column["values"][:10]]
        more = ", …" if payload["rows"] > len(values) else ""
        print(f"  {plain(column['name'])}: {', '.join(values)}{more}")
    for picture in payload.get("pictures", []):
        size = f"{picture['width']} x {picture['height']}" if "width" in picture else "size unknown"
        kind = picture.get("media_type", "no known format")
        what = f"{picture['number']}: {kind}, {size}, {picture['bytes']} bytes"
        print(f"  {what}, http://127.0.0.1:{port}{picture['href']}")
    if "href" in payload:
        print(f"  all bytes: http://127.0.0.1:{port}{payload['href']}")


def show_outcome(outcome):
    if "unreadable" in outcome:
        print(f"{'outcome:':<14}{plain(outcome['unreadable'])}")
        return
    times = ", ".join(f"{name} {outcome[name + '_ms']} ms" for name in ("queue", "decode", "infer"))
    version = plain(outcome["version"])
    print(f"{'outcome:':<14}version {version}, batch of {outcome['batch']}, {times}")
    for number, item in enumerate(outcome["items"][:MOST_ITEMS]):
        failed = "error" in item
        shown = f"{item['error']}: {item['detail']}" if failed else json.dumps(item["prediction"])
        print(f"  {number}: {plain(shown)}")
    if len(outcome["items"]) > MOST_ITEMS:
        print("  …")


def resend(port, job_id):
    answer = ask(port, "POST", path(job_id) + "/resend")
    print(f"Queued as {answer['job_id']}; the dead letter remains until you drop it.")


def drop(port, job_id):
    print(f"Dropped: {ask(port, 'DELETE', path(job_id))['dropped']}")


def path(job_id, where="/dead-letters/"):
    return where + quote(job_id, safe="@~.")


def ask(port, method, address):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, address, headers={"Accept": "application/json"})
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        advice = "Start one with: make up (or set SLUICE_MANAGEMENT_PORT)"
        stop(f"no API answers on management port {port}.\n  {advice}")
    finally:
        connection.close()
    if response.status >= 400:
        stop(answer.get("detail", answer.get("title", f"status {response.status}")))
    return answer


def local(time):
    """In the local time zone."""
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S") if time else "-"


def plain(value):
    """Without control characters for the terminal: the text may come from an untrusted writer."""
    return "".join(c if c.isprintable() else "?" for c in str(value))


def stop_with_usage(command):
    stop("usage: infra/bin/sluice " + USAGE[command], 2)


def stop(message, status=1):
    print(f"sluice: {message}" if status == 1 else message, file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
