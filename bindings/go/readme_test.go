package metra_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is the README's first block in a language.
func block(t *testing.T, language string) string {
	t.Helper()
	readme := must[[]byte](t)(os.ReadFile("README.md"))
	found := regexp.MustCompile("(?s)\n```" + language + "\n(.*?)```").FindSubmatch(readme)
	if found == nil {
		t.Fatal("no ", language)
	}
	return string(found[1])
}

// The README's commands are followed in an empty folder, and its program is scraped.
func TestExampleOfTheReadmeShowsThePageThatItSays(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	folder, prefix := t.TempDir(), t.TempDir()
	check(t, os.Mkdir(filepath.Join(prefix, "lib"), 0o700))
	check(t, os.Symlink(library(), filepath.Join(prefix, "lib", "libmetra.so.0")))
	check(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(block(t, "go")), 0o600))

	commands := strings.Replace(block(t, "sh"), " ./shop", " exec ./shop", 1)
	program := exec.Command("sh", "-ec", commands)
	program.Dir = folder
	program.Env = append(os.Environ(), "METRA="+must[string](t)(filepath.Abs("../..")), "PREFIX="+prefix)
	program.Stderr = os.Stderr
	output := must[io.ReadCloser](t)(program.StdoutPipe())
	check(t, program.Start())
	address := must[string](t)(bufio.NewReader(output).ReadString('\n'))
	defer func() {
		check(t, program.Process.Signal(os.Interrupt))
		check(t, program.Wait())
	}()

	response := must[*http.Response](t)(http.Get(strings.TrimSpace(address)))
	defer func() { _ = response.Body.Close() }()
	equal(t, string(must[[]byte](t)(io.ReadAll(response.Body))), block(t, "text"))
}
