// What metra orders between threads, told to thread sanitizer, which cannot see it in a library that is not
// instrumented: a userdata goes from its registration over its calls to its drop, a cell from one owner to the next.
// takes_over says that this thread has the object now, hands_over that it is done with it.
#ifndef METRA_SANITIZER_HPP
#define METRA_SANITIZER_HPP

#if defined(__SANITIZE_THREAD__)
#define METRA_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define METRA_THREAD_SANITIZER
#endif
#endif

#ifdef METRA_THREAD_SANITIZER
extern "C" void __tsan_acquire(void *);
extern "C" void __tsan_release(void *);
#endif

namespace metra::detail {

#ifdef METRA_THREAD_SANITIZER
inline void takes_over(void *object) noexcept { __tsan_acquire(object); }
inline void hands_over(void *object) noexcept { __tsan_release(object); }
#else
inline void takes_over(void *) noexcept {}
inline void hands_over(void *) noexcept {}
#endif

} // namespace metra::detail

#endif
