# Reads rows of "program,operation,subject,series,measure,value"; writes them with their ratios to the file `csv` and
# prints one table.
#
# Ratios are made within one program: to its own baseline (`lock xadd`, the same measure and size) and to metra's row
# of the same operation, measure and size.

BEGIN { FS = OFS = "," }

{
    key = $1 SUBSEP $2 SUBSEP $4 SUBSEP $5
    count++
    for (field = 1; field <= 6; field++)
        rows[count, field] = $field
    if ($2 == "baseline")
        baseline[$1, $4, $5] = $6
    if ($3 == "metra")
        metra[key] = $6
    seen[$1, $2, $3, $4, $5] = $6
    if (!(($1, $2) in is_group)) {
        is_group[$1, $2]
        groups[++group_count] = $1 SUBSEP $2
    }
    if ($4 != "" && !(($4) in is_size)) {
        is_size[$4]
        sizes[++size_count] = $4
    }
}

function ratio(value, to) { return to > 0 ? sprintf("%.2f", value / to) : "" }

function unit_of(measure, series) {
    return measure == "bytes" ? "B/series" : series == "" ? "ns" : "ns/series"
}

# One number of the table with its ratios, or blanks.
function cell(program, operation, subject, series, measure,    value, there) {
    there = (program SUBSEP operation SUBSEP subject SUBSEP series SUBSEP measure) in seen
    if (!there)
        return sprintf("%10s %7s %7s", "", "", "")
    value = seen[program, operation, subject, series, measure]
    return sprintf("%10.1f %7s %7s", value, ratio(value, baseline[program, series, measure]),
                   ratio(value, metra[program, operation, series, measure]))
}

function heading(first, second, third) { return sprintf("%10s %7s %7s", first, second, third) }

function line_start(program, operation, subject) {
    return sprintf("%-14s %-27s %-37s", program, operation, subject)
}

# One line of the table.
function line(program, operation, subject, is_series, measure,    text, at) {
    text = line_start(program, operation, subject)
    if (!is_series)
        return text " " cell(program, operation, subject, "", "1 thread min") \
               " " cell(program, operation, subject, "", "2 threads median")
    for (at = 1; at <= size_count; at++)
        text = text " " cell(program, operation, subject, sizes[at], measure == "bytes" ? measure : "min")
    return text
}

# The lines of one kind: updates, or what is done per series. Those of one operation stand together.
function print_lines(is_series,    at, row, name) {
    for (at = 1; at <= group_count; at++)
        for (row = 1; row <= count; row++) {
            name = rows[row, 1] SUBSEP rows[row, 2] SUBSEP rows[row, 3]
            if (rows[row, 1] SUBSEP rows[row, 2] != groups[at] || (rows[row, 4] != "") != is_series)
                continue
            if (name in printed)
                continue
            printed[name]
            print line(rows[row, 1], rows[row, 2], rows[row, 3], is_series, rows[row, 5])
        }
}

END {
    print "program", "operation", "subject", "series", "measure", "unit", "value", "to_baseline", "to_metra" > csv
    for (row = 1; row <= count; row++) {
        program = rows[row, 1]; operation = rows[row, 2]; series = rows[row, 4]
        measure = rows[row, 5]; value = rows[row, 6]
        to_baseline = measure == "bytes" ? "" : ratio(value, baseline[program, series, measure])
        print program, operation, rows[row, 3], series, measure, unit_of(measure, series), value, to_baseline, \
              ratio(value, metra[program, operation, series, measure]) > csv
    }
    text = line_start("UPDATES", "", "") " " heading("1 thread", "/xadd", "/metra")
    print text " " heading("2 threads", "/xadd", "/metra")
    print_lines(0)
    text = line_start("PER SERIES", "", "")
    for (at = 1; at <= size_count; at++)
        text = text " " heading(sizes[at], "/xadd", "/metra")
    print text
    print_lines(1)
}
