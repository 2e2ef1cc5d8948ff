#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12): `map` finds a key whatever its capitals are, while `hash` tells them apart.
#
# Guessed: `map $arg_name $home { Checkout one; }` is a table of exact strings, as HAProxy's `map()` is: `checkout` is not in it.
# Seen: `checkout` and `CHECKOUT` find it, too; two keys that differ only in capitals are refused at the start ("conflicting
# parameter"). `hash $arg_name consistent` beside it hashes the bytes. So a table that says where names live can't hold
# `Checkout` here and `checkout` there, although the hash has put them on two servers.
# To do: let the table say something that is right for both (such as which ring to ask), or write `~^Checkout$`,
# a regular expression, which does tell capitals apart.
# Wants Debian 12, and root, to install nginx where there is none.
set -euo pipefail
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || apt-get install -qq -y nginx-light >/dev/null
nginx -v 2>&1 | grep -F 'nginx/1.22.1'
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
write() {
  cat >"$folder/nginx.conf" <<EOF
daemon off; pid $folder/pid; events {}
http {
  access_log off;
  client_body_temp_path $folder/1; proxy_temp_path $folder/2; fastcgi_temp_path $folder/3; uwsgi_temp_path $folder/4; scgi_temp_path $folder/5;
  map \$arg_name \$home { default none; $1 }
  server { listen 127.0.0.1:$port; return 200 \$home; }
}
EOF
}
answers() {
  nginx -c "$folder/nginx.conf" -e "$folder/log" & nginx=$!
  for name in Checkout checkout CHECKOUT; do
    curl --silent --retry 20 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$port/?name=$name" && echo -n " "
  done
  kill "$nginx"; wait "$nginx" || true
}
write 'Checkout one;'
exact=$(answers); echo "Checkout one;      $exact"
write '~^Checkout$ one;'
pattern=$(answers); echo "~^Checkout\$ one;   $pattern"
write 'Checkout one; checkout two;'
refused=$(nginx -t -c "$folder/nginx.conf" -e "$folder/log" 2>&1 || true); echo "$refused" | grep -o 'conflicting parameter.*'
[ "$exact" = "one one one " ] && [ "$pattern" = "one none none " ]
