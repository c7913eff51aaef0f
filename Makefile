# 双拥报送  What one types here. On a new machine with Python 3.11 and make: `make demo`, then `make up`.

PYTHON ?= $(firstword $(shell command -v python3.11 python3))
PORT   ?= 8080
SHARD  ?= 1/1
BIN    := .venv/bin

.PHONY: help .venv demo pictures up test prove bench lint audit bundle lock vendor clean

help:  ## 列出这些命令  List these commands
	@grep -hE '^[.a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

.venv: .venv/installed  ## 建好运行环境，命令是 .venv/bin/returns  The environment, with the command `returns`

# Everything by its hash, and nothing is resolved anew: what is newer tomorrow changes nothing. Byte code is made here once, even where PYTHONDONTWRITEBYTECODE is set:
# without it Great Expectations alone takes three seconds longer to import, in every task.
.venv/installed: requirements.lock pyproject.toml
	@echo 正在安装，约需一两分钟……  Installing, a minute or two
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -qq -j 0 .venv/lib etl || true  # some packages carry files that are no Python
	touch $@

demo: .venv/installed  ## 演示：造样例，走完一期，打印结果  A whole campaign on samples, through the real Airflow
	$(BIN)/python -m etl.orchestration.demo

pictures: demo  ## 重画 docs/pictures 里的图（需要 LibreOffice、Chromium）  The pictures of the docs, from the demo's output
	$(BIN)/python docs/pictures/draw.py

up: .venv/installed  ## 启动 Airflow，只在本机，Ctrl-C 停止  Airflow on 127.0.0.1 until Ctrl-C
	$(BIN)/python -m etl.orchestration.supervisor --port $(PORT)

test: lint  ## 全部测试  All tests but the long ones
	$(BIN)/python -m pytest -m "not prove and not timed" -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest -m "timed and not prove"

prove: .venv/installed  ## 很慢的证明（SHARD=1/4 只做四分之一）  The long proofs; SHARD=1/4 is a quarter of them
	SHARD=$(SHARD) $(BIN)/python -m pytest -m prove --timeout 0

bench: .venv/installed  ## 测速：与只读表格、与通常写法并排比较  Ratios, measured side by side in one run
	$(BIN)/python -m benchmarks $(FILES)

lint: .venv/installed  ## 格式、类型、墙  Style, types, and the walls between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict etl
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml etl dags deploy

audit: .venv/installed  ## 依赖有没有已知的漏洞（需要网络）  Known holes in the code and in what it depends on
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml etl dags deploy
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

bundle: .venv/installed  ## 打成一个断网也能装的包  One archive with every wheel, to install without network
	$(BIN)/python deploy/bundle.py dist

lock:  ## 重新锁定依赖（需要 uv）  Lock the dependencies anew; needs uv
	uv pip compile pyproject.toml --all-extras --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-emit-find-links -o requirements.lock

vendor: .venv/installed  ## 重新取来页面上的图表库，核对哈希（需要 npm）  The page's charting library anew, checked by its hashes
	$(BIN)/python deploy/vendor.py

clean:  ## 删除环境和缓存，不动 var/  Environment and caches, not what stands in var/
	rm -rf .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find dags etl tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
