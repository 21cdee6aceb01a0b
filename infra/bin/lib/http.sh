# shellcheck shell=bash
# HTTP GET in pure bash: a start must not require curl.

# http_get PORT PATH: sets HTTP_STATUS and HTTP_BODY; false if there is no answer from 127.0.0.1:PORT.
http_get() {
  local line= in_body=
  HTTP_STATUS='' HTTP_BODY=''
  { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  # HTTP/1.0, so that no body is chunked.
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nAccept: application/json\r\n\r\n' "$2" "$1" >&9 2>/dev/null || true
  # A connection that is reset leaves the variable as it was: nothing, or the line before.
  while
    line=
    IFS= read -r -t 5 -u 9 line 2>/dev/null || [ -n "$line" ]
  do
    line=${line%$'\r'}
    if [ -n "$in_body" ]; then
      HTTP_BODY+=$line$'\n'
    elif [ -z "$HTTP_STATUS" ]; then
      HTTP_STATUS=${line#* }
      HTTP_STATUS=${HTTP_STATUS%% *}
    elif [ -z "$line" ]; then
      in_body=1
    fi
  done
  exec 9>&-
  [ -n "$HTTP_STATUS" ]
}

http_ok() {
  http_get "$1" "$2" && [ "$HTTP_STATUS" = 200 ]
}
