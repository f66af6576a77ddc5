#!/usr/bin/env bash
# deploy/try-image.sh make-a-monet:openvino [photo.jpg [full]]
# Runs an image under the restrictions of deploy/kubernetes.yaml and in 512 MB, paints one photo with it and stops it.
set -euo pipefail
image=$1
photo=${2:-$(dirname "$0")/../webapp/assets/examples/mountains.jpg}
size=${3:-512}
port=8250
name=try-image-$$

memory() { docker stats --no-stream --format "memory $1: {{.MemUsage}}" "$name"; }

trap 'docker rm --force "$name" >/dev/null' EXIT
docker run --detach --name "$name" --network host --env PORT=$port --health-interval 2s --memory 512m \
  --read-only --cap-drop ALL --security-opt no-new-privileges "$image" >/dev/null
until [ "$(docker inspect --format '{{.State.Health.Status}}' "$name")" = healthy ]; do
  [ "$(docker inspect --format '{{.State.Running}}' "$name")" = true ] || { docker logs "$name"; exit 1; }
  sleep 1
done
memory idle
curl --fail --silent --show-error --form photo=@"$photo" --form size="$size" --form format=jpeg --output /dev/null \
  --write-out 'painted: %{http_code}, %{content_type}, %{size_download} bytes\n' "http://127.0.0.1:$port/api/paint"
memory after

docker stop -t 30 "$name" >/dev/null
docker logs "$name"
code=$(docker inspect --format '{{.State.ExitCode}}' "$name")
echo "stopped: $code"
exit "$code"
