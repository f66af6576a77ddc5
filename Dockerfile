# docker build -t make-a-monet .                                     TorchScript
# docker build -t make-a-monet:openvino --target openvino .          OpenVINO: smaller, without PyTorch

FROM python:3.11-slim AS build
WORKDIR /build
# The image's pip installs the packages; the virtual environment that is served needs none.
RUN python -m venv --without-pip /venv
# The code is not copied yet, so that a change of it does not install everything anew.
COPY constraints.txt pyproject.toml README.md LICENSE ./

FROM build AS openvino-packages
RUN pip --python /venv/bin/python install --no-cache-dir --constraint constraints.txt '.[openvino,redis]' \
 # It would report every start, and nothing here uses it: see cyclegan/__init__.py.
 && pip --python /venv/bin/python uninstall --yes make-a-monet openvino-telemetry

FROM build AS torchscript-packages
# The wheels on the Python package index include CUDA: several GB that serving never uses.
RUN pip --python /venv/bin/python install --no-cache-dir --no-deps \
      --index-url https://download.pytorch.org/whl/cpu "$(grep '^torch==' constraints.txt)" \
 && pip --python /venv/bin/python install --no-cache-dir --constraint constraints.txt '.[torchscript,redis]' \
 && pip --python /venv/bin/python uninstall --yes make-a-monet \
 # They only serve to build and test PyTorch's extensions.
 && rm -rf /venv/lib/python*/site-packages/torch/include /venv/lib/python*/site-packages/torch/test

FROM scratch AS source
COPY cyclegan /app/cyclegan
COPY webapp /app/webapp
COPY weights /app/weights

FROM python:3.11-slim AS server
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PORT=8050
EXPOSE 8050
# By number, because Kubernetes can't tell whether a name is root. This user owns no file and writes none.
USER 10001:10001
# http.client connects directly; urllib would go through a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, sys; from http.client import HTTPConnection; c = HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=8); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["gunicorn", "-c", "webapp/gunicorn.conf.py", "webapp:create_app()"]

FROM server AS openvino
ENV ENGINE=openvino
COPY --from=openvino-packages /venv /venv
COPY --from=source /app /app

FROM server AS torchscript
COPY --from=torchscript-packages /venv /venv
COPY --from=source /app /app
