"""The dead letters of an API, through its management port: PORT list|show ID|resend ID|drop ID."""

import http.client
import json
import sys
from datetime import datetime
from urllib.parse import quote

USAGE = (
    "usage: infra/bin/sluice dead-letters [list [MODEL[@ALIAS]] | show ID | resend ID | drop ID]"
)
MOST_LISTED = 1000
SHOWN = ("job_id", "reason", "deaths", "items", "lane", "content", "bytes", "schema")
RELATED = ("resent_from", "resent_to")
COLUMNS = "{:<20} {:>6} {:>5} {:<52} {}"


def main(port, action="list", *arguments):
    actions = {
        "list": (0, 1, show_list),
        "show": (1, 1, show),
        "resend": (1, 1, resend),
        "drop": (1, 1, drop),
    }
    least, most, run = actions.get(action, (1, 0, None))
    if not least <= len(arguments) <= most:
        stop(USAGE, 2)
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


def show(port, job_id):
    letter = ask(port, "GET", path(job_id))
    for name in (*SHOWN, *RELATED):
        if name in letter:
            print(f"{name.replace('_', ' ') + ':':<14}{plain(letter[name])}")
    for event, time in letter["timeline"].items():
        print(f"{event + ':':<14}{local(time)}")
    payload = letter["payload"]
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


def resend(port, job_id):
    answer = ask(port, "POST", path(job_id) + "/resend")
    print(f"Queued as {answer['job_id']}; the dead letter remains until you drop it.")


def drop(port, job_id):
    print(f"Dropped: {ask(port, 'DELETE', path(job_id))['dropped']}")


def path(job_id):
    return "/dead-letters/" + quote(job_id, safe="@~.")


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


def stop(message, status=1):
    print(f"sluice: {message}" if status == 1 else message, file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
