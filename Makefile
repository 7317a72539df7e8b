# metra. `make help` says what there is to do.

CARGO ?= cargo
CC ?= cc
TARGET = $(or $(CARGO_TARGET_DIR),target)
RELEASE = $(TARGET)/release
SOURCES = $(wildcard src/*.rs src/*/*.rs src/*/*/*.rs)

.PHONY: all test demo bench header clean help

all: ## builds the library: shared, static, and the name that programs load it by
	$(CARGO) build --release --locked
	ln -sf libmetra.so $(RELEASE)/libmetra.so.0

test: ## runs every test; on Debian as root it first installs what is missing
	@tests/run

demo: all ## counts words and shows their metrics; FILE=path for a text of yours, SERVE=1 to keep running
	$(CC) -std=c99 -D_POSIX_C_SOURCE=200809L -O2 -Wall -Iinclude bindings/c/demo/*.c -o $(TARGET)/demo \
		-L$(RELEASE) -lmetra -Wl,-rpath,'$(abspath $(RELEASE))' -lpthread
	$(TARGET)/demo $(if $(filter-out 0,$(SERVE)),--serve) $(if $(FILE),'$(FILE)',$(SOURCES))

bench: all ## measures
	tests/bench/run

header: ## writes include/metra.h anew from src/ffi
	METRA_BLESS=1 $(CARGO) test --locked --test header

clean: ## removes what was built
	$(CARGO) clean

help: ## lists this
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10
