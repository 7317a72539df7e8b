/* A call into a shared library that does nothing: what every call into metra costs at least. */
void bench_empty(void *anything)
{
    (void)anything;
    __asm__ volatile("");
}
