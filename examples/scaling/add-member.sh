#!/bin/sh
# add-member.sh FILE MEMBERS COMMAND…: new worlds go to other members from now on, old ones stay where they are.
#   FILE     the proxy's worlds.map
#   MEMBERS  those that take new worlds from now on: an upstream of nginx, a backend of HAProxy
#   COMMAND  lets the proxy read its files anew: systemctl reload nginx
# SANDBOX_URL is the proxy's address, SANDBOX_ADMIN_TOKEN the members' token, if they have one. It needs curl and jq.
set -eu
file=$1 members=$2
shift 2
url=${SANDBOX_URL:-http://127.0.0.1:8426}
before=$(sed -n 's/^default \(.*\);$/\1/p' "$file")

call() {
  curl --silent --show-error ${SANDBOX_ADMIN_TOKEN:+--header "Authorization: Bearer $SANDBOX_ADMIN_TOKEN"} "$@"
}

# Write down the worlds that are there, and where those go that are not. A world that is named already stays as it is.
write() {
  there=$(call --fail "$url/_sandbox/worlds" | jq --raw-output --exit-status '
    if .unanswered == [] then .worlds[].name | ascii_downcase
    else error("all members must answer, and be named in SANDBOX_PEERS") end')
  {
    echo "default $1;"
    grep '^/w/' "$file" || true
    echo "$there" | sed "s|.*|/w/& $before;|"
  } | awk '!known[$1]++' >"$file.new"
  mv "$file.new" "$file"
}

# Does the proxy let a new world through by now? This call makes none: there is nothing at its path.
is_closed() {
  [ "$(call --output /dev/null --write-out '%{http_code}' "$url/w/not-there-$$/nowhere")" = 503 ]
}

# An old process of the proxy may go on for a moment.
settle() {
  sleep "${SETTLE:-2}"
}

# First nobody takes a new world. What was made until then is in the second list.
write closed
"$@"
until is_closed; do sleep 0.1; done
settle
write "$members"
"$@"
while is_closed; do sleep 0.1; done
settle
