FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY cyclegan cyclegan
COPY webapp webapp
# The wheels of the Python package index carry CUDA, several GB that serving never uses.
RUN /venv/bin/pip install --no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu \
      "$(grep '^torch==' constraints.txt)" \
 && /venv/bin/pip install --no-cache-dir --constraint constraints.txt '.[torchscript]' \
 && /venv/bin/pip uninstall --yes make-a-monet

FROM python:3.11-slim
WORKDIR /app
COPY --from=build /venv /venv
COPY cyclegan cyclegan
COPY webapp webapp
COPY weights weights
RUN useradd --system --no-create-home monet
USER monet
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PORT=8050
EXPOSE 8050
HEALTHCHECK --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://localhost:{os.environ['PORT']}/healthz\")"]
CMD ["gunicorn", "-c", "webapp/gunicorn.conf.py", "webapp:create_app()"]
