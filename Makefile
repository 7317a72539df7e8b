# metra. `make help` says what there is to do.

CARGO ?= cargo
CC ?= cc
TARGET = $(or $(CARGO_TARGET_DIR),target)
RELEASE = $(TARGET)/release
SOURCES := $(sort $(shell find src -name '*.rs'))

# The names of the shared library: the one that programs load it by, and that of the file.
VERSION := $(shell sed -n '/^version = /{s/.*"\(.*\)"/\1/p;q;}' Cargo.toml)
SONAME = libmetra.so.$(firstword $(subst ., ,$(VERSION)))
REALNAME = libmetra.so.$(VERSION)

.PHONY: all install uninstall test test-long test-c test-cpp test-java test-python test-go test-together test-servers demo bench header clean help

all: ## builds the library: shared, static, and the name that programs load it by
	$(CARGO) build --release --locked
	ln -sf libmetra.so $(RELEASE)/$(SONAME)

# --- installing -------------------------------------------------------------------------------------------------------

PREFIX ?= /usr/local
LIBDIR ?= lib
# LIBDIR as a folder below PREFIX, and the way back from there.
LIB = $(or $(filter-out /%,$(patsubst $(PREFIX)/%,%,$(LIBDIR))),$(error LIBDIR is not below PREFIX: $(LIBDIR)))
UP = $(shell echo '$(LIB)' | sed 's|[^/][^/]*|..|g')
INCLUDES = $(DESTDIR)$(PREFIX)/include
LIBRARIES = $(DESTDIR)$(PREFIX)/$(LIB)

# What a static copy needs: `rustc --print native-static-libs`, without libgcc_s and libc, which cc adds in the way that
# suits the program (-static has no libgcc_s).
NATIVE = -lutil -lrt -lpthread -lm -ldl

# Fills in the package file $(1) and puts it in the libraries' folder $(2).
define fill_in
	@echo '$(LIBRARIES)/$(2)/$(1)'
	@sed -e 's|@VERSION@|$(VERSION)|' -e 's|@SONAME@|$(SONAME)|' -e 's|@LIBDIR@|$(LIB)|' -e 's|@UP@|$(UP)|' \
		-e 's|@NATIVE@|$(NATIVE)|' bindings/c/package/$(1).in | install -m 644 /dev/stdin '$(LIBRARIES)/$(2)/$(1)'
endef

# What metra.hpp consists of.
CPP_HEADERS = $(wildcard bindings/cpp/metra/*.hpp)

# Root, who installs, need not have cargo: what is built is taken as it is.
BUILT = $(RELEASE)/libmetra.so $(RELEASE)/libmetra.a
$(BUILT): $(SOURCES) Cargo.toml Cargo.lock build.rs
	$(CARGO) build --release --locked

install: $(BUILT) ## installs below PREFIX=/usr/local, in LIBDIR=lib; DESTDIR for packagers
	mkdir -p '$(INCLUDES)/metra' '$(LIBRARIES)/pkgconfig' '$(LIBRARIES)/cmake/metra'
	install -m 644 include/metra.h bindings/cpp/metra.hpp '$(INCLUDES)'
	install -m 644 $(CPP_HEADERS) '$(INCLUDES)/metra'
	install -m 755 $(RELEASE)/libmetra.so '$(LIBRARIES)/$(REALNAME)'
	ln -sf $(REALNAME) '$(LIBRARIES)/$(SONAME)'
	ln -sf $(SONAME) '$(LIBRARIES)/libmetra.so'
	install -m 644 $(RELEASE)/libmetra.a '$(LIBRARIES)'
	$(call fill_in,metra.pc,pkgconfig)
	$(call fill_in,metra-config.cmake,cmake/metra)
	$(call fill_in,metra-config-version.cmake,cmake/metra)

uninstall: ## removes what install put there, given the same PREFIX, LIBDIR and DESTDIR
	rm -f $(patsubst bindings/cpp/%,'$(INCLUDES)/%',bindings/cpp/metra.hpp $(CPP_HEADERS)) '$(INCLUDES)/metra.h'
	rmdir '$(INCLUDES)/metra' 2>/dev/null || true
	rm -f '$(LIBRARIES)/libmetra.a' '$(LIBRARIES)/libmetra.so' '$(LIBRARIES)/$(SONAME)' \
		'$(LIBRARIES)/$(SONAME)'.* '$(LIBRARIES)/pkgconfig/metra.pc'
	rm -rf '$(LIBRARIES)/cmake/metra'

# --- testing ----------------------------------------------------------------------------------------------------------

test: ## runs every test; on Debian as root it first installs what is missing
	@tests/run

test-long: ## runs every test for longer: stress, models with more preemptions, and a race detector
	@METRA_LONG=1 tests/run

test-c: ## runs the tests of the C ABI alone
	cmake -S tests -B $(TARGET)/ctest
	cmake --build $(TARGET)/ctest --parallel
	ctest --test-dir $(TARGET)/ctest --label-exclude 'cpp|servers' --exclude-regex '^together$$' --parallel 2 --timeout 300 \
		--output-on-failure

test-cpp: ## runs the tests of the C++ binding alone
	cmake -S tests -B $(TARGET)/ctest
	cmake --build $(TARGET)/ctest --target cpp --parallel
	ctest --test-dir $(TARGET)/ctest -L cpp --parallel 2 --timeout 300 --output-on-failure

test-java: all ## runs the tests of the Java binding alone
	bindings/java/test

test-python: ## runs the tests of the Python package alone; PYTHON=python3.13 chooses a Python
	bindings/python/test

test-go: all ## runs the tests of the Go binding alone
	bindings/go/test

test-together: all ## runs the test of C, Python and Java in one process alone
	cmake -S tests -B $(TARGET)/ctest
	cmake --build $(TARGET)/ctest --target together
	ctest --test-dir $(TARGET)/ctest --tests-regex '^together$$' --output-on-failure

test-servers: all ## runs the tests of reporters against real servers alone
	cmake -S tests -B $(TARGET)/ctest
	cmake --build $(TARGET)/ctest --target servers
	ctest --test-dir $(TARGET)/ctest -L servers --parallel 2 --timeout 300 --output-on-failure

demo: all ## counts words and shows their metrics; FILE=path for a text of yours, SERVE=1 to keep running
	$(CC) -std=c99 -D_POSIX_C_SOURCE=200809L -O2 -Wall -Iinclude bindings/c/demo/*.c -o $(TARGET)/demo \
		-L$(RELEASE) -lmetra -Wl,-rpath,'$(abspath $(RELEASE))' -lpthread
	$(TARGET)/demo $(if $(filter-out 0,$(SERVE)),--serve) $(if $(FILE),'$(FILE)',$(SOURCES))

bench: ## measures metra beside other metric libraries, with a verdict for each goal
	tests/bench/run

header: ## writes include/metra.h anew from src/ffi
	METRA_BLESS=1 $(CARGO) test --locked --test header
	@! command -v go >/dev/null || (cd bindings/go && go generate)

clean: ## removes what was built
	$(CARGO) clean

help: ## lists this
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14
