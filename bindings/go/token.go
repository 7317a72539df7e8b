package metra

// #include "calls.h"
import "C"

// Token gives the number that stands for the group in this process, to hand it to another language: the same for every
// handle of an open group, never given to another, and 0 for nil or a closed group.
func (g *Group) Token() uint64 {
	if g == nil {
		return 0
	}
	defer g.done()
	return uint64(C.metra_go_group_token(g.use()))
}

// GroupFromToken gives the group of a token, whichever language it comes from; [ErrNotFound] if it is the token of no
// open group.
func GroupFromToken(token uint64) (*Group, error) {
	if err := Load(""); err != nil {
		return nil, err
	}
	var out *C.metra_group
	return newGroup(C.metra_go_group_from_token(C.uint64_t(token), &out), &out)
}
