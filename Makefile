# Every command lives in dev.py (standard library); `make` lists them.
.PHONY: help setup demo run test test-fast lint fix types imports messages docs bench test-spark validate ci
help setup demo run test test-fast lint fix types imports messages docs bench test-spark validate ci:
	@python3 dev.py $@
.DEFAULT_GOAL := help
