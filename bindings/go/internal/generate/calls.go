package main

import (
	"fmt"
	"strings"
)

const notice = "/* Generated from include/metra.h by internal/generate: go generate. */\n"

// goName is the name under which Go calls a function of the library. No other library of the process has it.
func (f function) goName() string {
	return "metra_go_" + strings.TrimPrefix(f.name, "metra_")
}

// fails tells whether the function returns a status, and so may leave a text about it.
func (f function) fails() bool {
	return f.result == "enum metra_status"
}

func (f function) signature() string {
	result := f.result
	if f.fails() {
		result = "metra_go_result"
	}
	if !strings.HasSuffix(result, "*") {
		result += " "
	}
	return fmt.Sprintf("%s%s(%s)", result, f.goName(), f.parameters)
}

// statement is the body: the call through the pointer that the loader filled in.
func (f function) statement() string {
	call := fmt.Sprintf("metra_go_functions.%s(%s)", f.name, f.arguments)
	switch {
	case f.fails():
		return fmt.Sprintf("return metra_go_result_of(%s);", call)
	case f.result == "void":
		return call + ";"
	default:
		return fmt.Sprintf("return %s;", call)
	}
}

func callsHeader(functions []function) string {
	var out strings.Builder
	out.WriteString(notice)
	out.WriteString(`#ifndef METRA_GO_CALLS_H
#define METRA_GO_CALLS_H

#include "metra.h"

#pragma GCC visibility push(hidden)

/* What a call came to; text says why it failed, in words of this thread's last error, and is the caller's to free. */
typedef struct metra_go_result {
    int32_t status;
    char *text;
} metra_go_result;

/* The functions of the library, where the loader found them. */
extern struct metra_go_functions {
`)
	for _, f := range functions {
		fmt.Fprintf(&out, "    __typeof__(&%s) %s;\n", f.name, f.name)
	}
	out.WriteString("} metra_go_functions;\n\n")
	for _, f := range functions {
		fmt.Fprintf(&out, "%s;\n", f.signature())
	}
	out.WriteString(`
#pragma GCC visibility pop

#endif
`)
	return out.String()
}

func callsSource(functions []function) string {
	var out strings.Builder
	out.WriteString(notice)
	out.WriteString(`#include "library.h"

struct metra_go_functions metra_go_functions;

const metra_go_symbol metra_go_symbols[] = {
`)
	for _, f := range functions {
		fmt.Fprintf(&out, "    {\"%s\", (void **)&metra_go_functions.%s},\n", f.name, f.name)
	}
	out.WriteString("    {NULL, NULL},\n};\n")
	for _, f := range functions {
		fmt.Fprintf(&out, "\n%s\n{\n    %s\n}\n", f.signature(), f.statement())
	}
	return out.String()
}
