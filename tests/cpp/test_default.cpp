// The registry that all languages of the process share, where the file that METRA_CONFIG names is bad.
#include "check.hpp"

#include <cstdlib>

namespace {

void default_registry__comes_after_its_complaint()
{
    CHECK_INT(setenv("METRA_CONFIG", "/nowhere/config.yaml", 1), 0);
    CHECK_THROWS(METRA_ERROR_IO, metra::default_registry());
    auto registry = metra::default_registry();
    registry.root("app").counter("orders").inc(2);
    CHECK_INT(metra::default_registry().root("app").counter("orders").count(), 2);
}

void default_registry__is_set_once()
{
    auto same = metra::default_registry();
    same.set_default();
    metra::registry other;
    CHECK_THROWS(METRA_ERROR_BUSY, other.set_default());
}

void default_registry__is_closed_for_all()
{
    auto registry = metra::default_registry();
    registry.close(close_deadline);
    CHECK_THROWS(METRA_ERROR_CLOSED, metra::default_registry().root("app"));
}

} // namespace

int main()
{
    RUN(default_registry__comes_after_its_complaint);
    RUN(default_registry__is_set_once);
    RUN(default_registry__is_closed_for_all);
    return check_result();
}
