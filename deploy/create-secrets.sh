#!/usr/bin/env bash
# Makes the passwords that docker-compose.yml reads, in deploy/secrets/, unless they are there already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [[ -e secrets ]]; then
  echo "deploy/secrets is there already: nothing done." >&2
  exit 0
fi

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# The directory is closed to others; RabbitMQ reads its file as a user of its own, so the files themselves are not.
mkdir -m 700 secrets
rabbit=$(random)
printf '%s' "$(random)" >secrets/mongo_password
printf 'amqp://abaco:%s@rabbitmq:5672' "$rabbit" >secrets/rabbit_uri
printf 'default_user = abaco\ndefault_pass = %s\n' "$rabbit" >secrets/rabbit_user.conf
echo "Made deploy/secrets/: keep it out of version control and in your backup."
