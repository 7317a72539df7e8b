/* The header stands alone, before any other, and twice; this file is compiled as C99 and C11 with all warnings. */
#include <metra.h>
#include <metra.h>

int main(void)
{
    return metra_version() == NULL;
}
