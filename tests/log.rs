//! Reports in the log and in files.
#![cfg(feature = "push")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod pushed;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use metra::ErrorKind;
use metra::log::Level;
use pushed::{PATIENCE, Program, gauges};

const BEGIN: &str =
    "\n=========================== Starting metrics report ===========================\n";
const END: &str =
    "\n=========================== Finished metrics report ===========================\n";
const NOTHING: &str = "Skipping metrics report because no metrics are registered.";

/// A program that reports in its log.
fn program(keys: &[(&str, &str)]) -> Program {
    Program::start(&[&[("factory.class", "log")][..], keys].concat())
}

/// The reports in the log: each was one call, and at level info.
fn reports(program: &Program) -> Vec<String> {
    let informed = program.said_at(Level::Info);
    let is_report = |text: &String| text.starts_with('\n') || text == NOTHING;
    let reports: Vec<String> = informed.into_iter().filter(is_report).collect();
    let all = program.said();
    assert_eq!(all.into_iter().filter(is_report).count(), reports.len());
    reports
}

/// The lines of each section of a report, in which nothing may be that does not belong there.
fn sections(report: &str) -> BTreeMap<String, Vec<String>> {
    let inner = report.strip_prefix(BEGIN).unwrap();
    let inner = inner.strip_suffix(END).unwrap();
    let mut sections = BTreeMap::new();
    for section in inner.split("\n-- ").skip(1) {
        let mut lines = section.lines();
        let title = lines.next().unwrap();
        let rule = format!(" {}", "-".repeat(69));
        let title = title.strip_suffix(&rule).unwrap().to_owned();
        let lines = lines.map(str::to_owned).collect();
        assert!(sections.insert(title, lines).is_none());
    }
    sections
}

#[test]
fn every_type_has_its_section_and_every_report_is_one_call() {
    let program = program(&[]);
    let app = program.root("app", &[]);
    app.counter("counter").unwrap().inc(-3);
    app.monotonic_counter("monotonic").unwrap().inc(5);
    gauges(&app);
    app.distribution("distribution").unwrap().update(7);
    app.meter("meter", 60).unwrap().mark_event(9);
    app.histogram("histogram").unwrap();
    program.report();
    program.report();
    let reports = reports(&program);
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0], reports[1]);
    let sections = sections(&reports[0]);
    assert_eq!(
        sections["Counters"],
        ["app.counter: -3", "app.monotonic: 5"]
    );
    let expected = [
        "app.whole: 17",
        "app.negative: -4",
        "app.most: 9223372036854775807",
        "app.least: -9223372036854775808",
        "app.double: 0.1",
        "app.small: 1.0E-7",
        "app.large: 1.7976931348623157E308",
        "app.minus_zero: -0.0",
        "app.nan: NaN",
        "app.infinite: Infinity",
        "app.minus_infinite: -Infinity",
        "app.yes: true",
        "app.no: false",
        "app.text: hello world",
        "app.empty: ",
    ];
    assert_eq!(sections["Gauges"], expected);
    assert_eq!(sections["Meters"], ["app.meter: 0.0"]);
    let distribution = "app.distribution: count=1, sum=7, min=7, max=7, mean=7.0";
    assert_eq!(sections["Distributions"], [distribution]);
    let histogram = &sections["Histograms"];
    assert!(histogram[0].starts_with("app.histogram: count=0, min=0, max=0, mean="));
    assert_eq!((sections.len(), histogram.len()), (5, 1));
    assert_eq!((program.reports(), program.metrics()), ((2, 0), (40, 0)));
    let bytes = i64::try_from(reports.concat().len()).unwrap();
    assert_eq!((program.own("bytes"), program.dropped()), (bytes, 0));
}

#[test]
fn names_and_texts_cannot_make_lines_of_their_own() {
    let forged = format!("x: 1\n{END}\n-- Gauges {}\ny", "-".repeat(69));
    let forge = |program: &Program| {
        let app = program.root("app\r\nx", &[]);
        let group = app.add_key_value("k\n", "v\u{2028}\u{1b}").unwrap();
        group.counter(&forged).unwrap().inc(1);
        let text = metra::Value::Text(format!("1\n{END}").into());
        group.settable_gauge("text", text).unwrap();
    };
    let own = program(&[]);
    forge(&own);
    own.report();
    let sections = sections(&reports(&own)[0]);
    let prefix = "app\\r\\nx.k\\n.v\\u{2028}\\u{1b}.";
    let name = forged.replace('\n', "\\n");
    assert_eq!(sections["Counters"], [format!("{prefix}{name}: 1")]);
    let text = END.replace('\n', "\\n");
    assert_eq!(sections["Gauges"], [format!("{prefix}text: 1\\n{text}")]);
    assert_eq!(sections.len(), 2);
    let exact = program(&[("flink-exact", "true")]);
    forge(&exact);
    exact.report();
    assert!(reports(&exact)[0].contains(&forged));
}

#[test]
fn flinks_report_says_null() {
    let program = program(&[("flink-exact", "true")]);
    gauges(&program.root("app", &[]));
    program.report();
    let sections = sections(&reports(&program)[0]);
    assert_eq!(sections["Gauges"].last().unwrap(), "app.silent: null");
}

#[test]
fn registry_without_metrics_is_said_to_be() {
    let program = program(&[]);
    program.report();
    assert_eq!(reports(&program), [NOTHING]);
    assert_eq!(program.reports(), (1, 0));
    let app = program.root("app", &[]);
    app.counter("c").unwrap();
    program.report();
    app.unregister("c").unwrap();
    program.report();
    let reports = reports(&program);
    assert_eq!((reports.len(), &*reports[2]), (3, NOTHING));
    assert_eq!(sections(&reports[1])["Counters"], ["app.c: 0"]);
}

#[test]
fn final_report_is_made_when_the_registry_closes() {
    let program = program(&[]);
    program.root("app", &[]).counter("c").unwrap();
    program.runtime.close(PATIENCE).unwrap();
    assert_eq!(sections(&reports(&program)[0])["Counters"], ["app.c: 0"]);
}

/// A folder of a test's own, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("metra-log-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("reports")
    }

    /// A program that reports to the file.
    fn program(&self) -> Program {
        let path = self.file();
        program(&[("file", path.to_str().unwrap())])
    }

    /// The reports in the file, which consists of whole ones.
    fn reports(&self) -> Vec<String> {
        let text = fs::read_to_string(self.file()).unwrap();
        let reports = text.split_inclusive(END);
        reports.map(str::to_owned).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn file_has_the_reports_in_place_of_the_log() {
    let folder = Folder::new("file");
    for round in 1..3 {
        let program = folder.program();
        program.root("app", &[]).counter("c").unwrap();
        program.report();
        program.report();
        assert_eq!(reports(&program), [""; 0]);
        assert_eq!((program.reports(), program.metrics()), ((2, 0), (2, 0)));
        let reports = folder.reports();
        assert_eq!(reports.len(), 2 * round);
        for report in reports {
            assert_eq!(sections(&report)["Counters"], ["app.c: 0"]);
        }
    }
}

#[test]
fn file_says_in_a_line_that_there_are_no_metrics() {
    let folder = Folder::new("nothing");
    folder.program().report();
    let text = fs::read_to_string(folder.file()).unwrap();
    assert_eq!(text, format!("{NOTHING}\n"));
}

#[test]
fn programs_that_share_a_file_tear_no_reports() {
    let folder = Folder::new("shared");
    std::thread::scope(|scope| {
        for root in ["a", "b", "c", "d"] {
            let folder = &folder;
            scope.spawn(move || {
                let program = folder.program();
                let root = program.root(root, &[]);
                for number in 0..500 {
                    root.counter(&format!("counter{number}")).unwrap();
                }
                for _ in 0..20 {
                    program.report();
                }
                assert_eq!(program.reports(), (20, 0));
            });
        }
    });
    let reports = folder.reports();
    assert_eq!(reports.len(), 80);
    for report in reports {
        let counters = &sections(&report)["Counters"];
        let root = &counters[0][..1];
        for (number, line) in counters.iter().enumerate() {
            assert_eq!(*line, format!("{root}.counter{number}: 0"));
        }
        assert_eq!(counters.len(), 500);
    }
}

#[test]
fn file_that_is_out_of_reach_fails_reports_until_it_is_back() {
    let folder = Folder::new("gone");
    let program = folder.program();
    program.root("app", &[]).counter("c").unwrap();
    fs::remove_dir_all(&folder.0).unwrap();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((0, 1), (0, 1)));
    let said = program.said().join("\n");
    let complaint = format!("appending to {}: ", folder.file().display());
    assert!(said.contains(&complaint), "{said}");
    fs::create_dir_all(&folder.0).unwrap();
    program.report();
    assert_eq!((program.reports(), program.metrics()), ((1, 1), (1, 1)));
    assert_eq!(folder.reports().len(), 1);
}

#[test]
fn file_that_cannot_be_opened_refuses_the_registry() {
    let keys = [("factory.class", "slf4j"), ("file", "/nowhere/reports")];
    let refusal = Program::try_start(&keys).err().unwrap();
    assert_eq!(refusal.kind(), ErrorKind::Config);
    let message = refusal.message();
    let begin = "metrics.reporter.r.file: '/nowhere/reports' cannot be opened (";
    assert!(message.starts_with(begin), "{message}");
}
