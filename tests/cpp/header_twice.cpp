// The header stands alone, before any other, and twice; this file is compiled as C++11 and C++17 with all warnings.
#include <metra.h>
#include <metra.h>

int main()
{
    return metra_version() == nullptr;
}
