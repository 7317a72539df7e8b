// What Flink's groups are made after. Texts that are absent or empty are no variables.
#ifndef METRA_COMPONENTS_HPP
#define METRA_COMPONENTS_HPP

#include "text.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace metra {

struct jobmanager_info {
    text host{};
};

struct taskmanager_info {
    text host{};
    /// Its resource id.
    text tm_id{};
};

/// A job. It is looked up by its id: the first name given stays.
struct job_info {
    /// Lower-case hex.
    text job_id{};
    /// The id stands in for one that is absent or empty.
    text job_name{};
};

/// One attempt of a subtask. It is looked up by its attempt id.
struct task_info {
    /// The job vertex's id, lower-case hex.
    text task_id{};
    /// The job vertex's name.
    text task_name{};
    /// In Flink "<execution graph id>_<task id>_<subtask index>_<attempt number>".
    text task_attempt_id{};
    /// Counted from zero.
    std::int32_t subtask_index = 0;
    /// Counted from zero.
    std::int32_t task_attempt_num = 0;
};

/// An operator. It is looked up by id and name.
struct operator_info {
    /// Lower-case hex.
    text operator_id{};
    /// Beyond 80 UTF-16 units it is cut as Flink cuts it.
    text operator_name{};
    /// The job vertex's id, for a coordinator below a job manager's job.
    text task_id{};
    /// The job vertex's name, for a coordinator below a job manager's job.
    text task_name{};
    /// Further variables, keys as they are to be read, brackets included. They replace the operator's own of the same
    /// key, not inherited ones.
    std::vector<variable> variables{};
};

namespace detail {

/// Variables as C takes them, for one call.
class c_variables {
public:
    explicit c_variables(const std::vector<variable> &variables)
    {
        texts_.reserve(2 * variables.size());
        for (const auto &variable : variables) {
            texts_.emplace_back(variable.key);
            texts_.emplace_back(variable.value);
        }
        for (std::size_t i = 0; i < texts_.size(); i += 2)
            raw_.push_back({texts_[i], texts_[i + 1]});
    }

    const metra_variable *data() const noexcept { return raw_.data(); }
    std::size_t size() const noexcept { return raw_.size(); }

private:
    std::vector<c_text> texts_;
    std::vector<metra_variable> raw_;
};

} // namespace detail
} // namespace metra

#endif
