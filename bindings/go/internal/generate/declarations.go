package main

import (
	"fmt"
	"regexp"
	"strings"
)

// function is one that the header exports.
type function struct {
	result     string // "enum metra_status", "void", "const char *"
	name       string
	parameters string // as written, on one line
	arguments  string // their names
}

var (
	comment = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	body    = regexp.MustCompile(`(?s)\{[^{}]*\}`)
	space   = regexp.MustCompile(`\s+`)
	lastOne = regexp.MustCompile(`\w+$`)
	calling = regexp.MustCompile(`\bmetra_\w+ ?\(`)
	another = regexp.MustCompile(`^(?:typedef|static) `)
	// A whole statement, after attributes.
	prototype = regexp.MustCompile(`^(?:METRA_[A-Z]+ )*((?:const )?(?:enum |struct )?\w+ \**)(metra_\w+)\(([^()]*)\)$`)
)

// declarations finds the functions that the header exports, in its order: what is defined in it, or is a type, is not.
func declarations(header string) ([]function, error) {
	source := withoutDirectives(comment.ReplaceAllString(header, " "))
	source = strings.ReplaceAll(source, `extern "C" {`, " ")
	for body.MatchString(source) {
		source = body.ReplaceAllString(source, ";")
	}
	var found []function
	// What braces are left are that of extern "C".
	for _, statement := range strings.Split(strings.ReplaceAll(source, "}", ";"), ";") {
		statement = strings.TrimSpace(space.ReplaceAllString(statement, " "))
		if another.MatchString(statement) || !calling.MatchString(statement) {
			continue
		}
		parts := prototype.FindStringSubmatch(statement)
		if parts == nil {
			return nil, fmt.Errorf("not understood: %s", statement)
		}
		found = append(found, function{strings.TrimSpace(parts[1]), parts[2], parts[3], argumentsOf(parts[3])})
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no functions in the header")
	}
	return found, nil
}

// withoutDirectives leaves out the preprocessor's lines, continued ones included.
func withoutDirectives(source string) string {
	var kept []string
	inside := false
	for _, line := range strings.Split(source, "\n") {
		if inside || strings.HasPrefix(strings.TrimSpace(line), "#") {
			inside = strings.HasSuffix(line, `\`)
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

func argumentsOf(parameters string) string {
	if parameters == "void" {
		return ""
	}
	var names []string
	for _, parameter := range strings.Split(parameters, ",") {
		names = append(names, lastOne.FindString(strings.TrimSpace(parameter)))
	}
	return strings.Join(names, ", ")
}
