#!/usr/bin/env bash
# Makes the passwords and keys that docker-compose.yml reads, in deploy/secrets/. What is there already stays as it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# The directory is closed to others; RabbitMQ reads its file as a user of its own, so the files themselves are not.
[[ -d secrets ]] || mkdir -m 700 secrets
made=()
if [[ ! -e secrets/mongo_password ]]; then
  printf '%s' "$(random)" >secrets/mongo_password
  made+=(mongo_password)
fi
if [[ ! -e secrets/rabbit_uri ]]; then
  rabbit=$(random)
  printf 'default_user = abaco\ndefault_pass = %s\n' "$rabbit" >secrets/rabbit_user.conf
  printf 'amqp://abaco:%s@rabbitmq:5672' "$rabbit" >secrets/rabbit_uri
  made+=(rabbit_uri rabbit_user.conf)
fi
if [[ ! -e secrets/encryption_keys ]]; then
  printf 'k1=%s\n' "$(head -c 32 /dev/urandom | base64)" >secrets/encryption_keys
  made+=(encryption_keys)
fi

if [[ ${#made[@]} -eq 0 ]]; then
  echo "deploy/secrets/ has everything already: nothing done." >&2
else
  echo "Made in deploy/secrets/: ${made[*]}. Keep them out of version control and in your backup."
fi
