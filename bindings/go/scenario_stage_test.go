package metra_test

import (
	"fmt"
	"reflect"

	metra "metra.dev/bindings/go"
)

// stage is where a scenario is played, with what it made so far.
type stage struct {
	clock    *metra.Clock
	registry *metra.Registry
	scribe   *scribe
	made     map[string]any
}

func newStage(keys map[string]string) (*stage, error) {
	clock, err := metra.NewClock()
	if err != nil {
		return nil, err
	}
	config, err := metra.NewConfig()
	if err != nil {
		return nil, err
	}
	s := &stage{clock: clock, scribe: &scribe{lines: map[string][]any{}}, made: map[string]any{}}
	if err := config.SetClock(clock); err != nil {
		return nil, err
	}
	if err := config.AddReporter("scenario", s.scribe); err != nil {
		return nil, err
	}
	for key, value := range keys {
		if err := config.Set(key, value); err != nil {
			return nil, err
		}
	}
	s.registry, err = metra.NewRegistry(config)
	return s, err
}

// playStep plays a step and tells how it went otherwise than it should.
func (s *stage) playStep(step *step) error {
	verb, ok := verbs[step.text("do")]
	if !ok {
		return fmt.Errorf("there is no such verb")
	}
	// Read first: what fails is not kept.
	as, status, says := step.text("as"), step.text("error"), step.text("says")
	got, err := verb(s, step)
	if step.err != nil {
		return step.err
	}
	if mistake := compareError(err, status, says); mistake != nil {
		return mistake
	}
	if as != "" && got != nil {
		s.made[as] = got
	}
	if err == nil && as == "" {
		if mistake := compare(got, step); mistake != nil {
			return mistake
		}
	}
	if names := step.unread(); len(names) > 0 {
		return fmt.Errorf("the verb has no %v", names)
	}
	return nil
}

// compare tells how what a verb gave differs from what is expected.
func compare(got any, step *step) error {
	if got == nil && !step.has("expect") {
		return nil
	}
	if got == nil || !step.has("expect") {
		return fmt.Errorf("gave %v", got)
	}
	if got == nothing {
		got = nil
	}
	if want := plain(step.get("expect")); !reflect.DeepEqual(plain(got), want) {
		return fmt.Errorf("got %#v, want %#v", plain(got), want)
	}
	return nil
}
