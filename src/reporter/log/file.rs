//! The file that reports are appended to.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::reporter::failure::Failure;
use crate::reporter::pusher::Moment;

/// How long a pipe that is full is left alone.
const PAUSE: Duration = Duration::from_millis(1);

/// A file, opened for each report: another program may have put a new one in its place meanwhile.
pub(super) struct File {
    path: PathBuf,
}

impl File {
    /// The file at `path`, made if there is none.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub(super) fn at(path: &str) -> io::Result<Self> {
        let file = Self {
            path: PathBuf::from(path),
        };
        file.open()?;
        Ok(file)
    }

    fn open(&self) -> io::Result<fs::File> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        // A pipe that nobody reads would be waited for, and one that is full.
        options.custom_flags(libc::O_NONBLOCK);
        options.open(&self.path)
    }

    /// Appends a report, whose last line is ended.
    pub(super) fn append(&self, report: &[u8], moment: &Moment) -> Result<(), Failure> {
        let with_feed;
        let report = if report.ends_with(b"\n") {
            report
        } else {
            with_feed = [report, b"\n"].concat();
            &with_feed
        };
        let appended = self
            .open()
            .and_then(|mut file| append(&mut file, report, moment));
        appended.map_err(|error| {
            let place = self.path.display();
            Failure::io(format_args!("appending to {place}"), &error)
        })
    }
}

/// Appends all of `report`, to what is a file with one write: either all of it is there or nothing.
fn append(file: &mut fs::File, report: &[u8], moment: &Moment) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return write_all(file, report, moment);
    }
    let written = file.write(report)?;
    if written == report.len() {
        return Ok(());
    }
    take_back(file, written)?;
    Err(ErrorKind::StorageFull.into())
}

/// Takes back the last write, of so many bytes, unless somebody has written behind it.
fn take_back(file: &mut fs::File, written: usize) -> io::Result<()> {
    let end = file.stream_position()?;
    if file.metadata()?.len() == end {
        file.set_len(end.saturating_sub(u64::try_from(written).unwrap_or(end)))?;
    }
    Ok(())
}

/// Writes to what is no file, but a pipe or a terminal.
fn write_all(file: &mut fs::File, mut bytes: &[u8], moment: &Moment) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && !moment.left().is_zero() => {
                thread::sleep(PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A path in a folder that is there, removed in the end.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let name = format!("metra-log-{}-{name}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn file(&self) -> io::Result<File> {
            File::at(self.0.to_str().unwrap())
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.0).unwrap()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn moment() -> Moment {
        Moment {
            time: Duration::ZERO,
            deadline: Instant::now() + Duration::from_millis(200),
        }
    }

    #[test]
    fn reports_are_appended_to_what_is_there_with_their_last_line_ended() {
        let place = Place::new("appended");
        fs::write(&place.0, "before\n").unwrap();
        let file = place.file().unwrap();
        file.append(b"\none\n", &moment()).unwrap();
        file.append(b"two", &moment()).unwrap();
        assert_eq!(place.text(), "before\n\none\ntwo\n");
    }

    #[test]
    fn file_that_was_put_away_is_made_anew() {
        let (place, away) = (Place::new("rotated"), Place::new("rotated.1"));
        let file = place.file().unwrap();
        file.append(b"one\n", &moment()).unwrap();
        fs::rename(&place.0, &away.0).unwrap();
        file.append(b"two\n", &moment()).unwrap();
        assert_eq!(
            (away.text(), place.text()),
            ("one\n".into(), "two\n".into())
        );
    }

    #[test]
    fn file_that_cannot_be_opened_is_known_at_once() {
        assert!(File::at("/nowhere/reports").is_err());
        assert!(File::at(std::env::temp_dir().to_str().unwrap()).is_err());
        assert!(File::at("").is_err());
    }

    #[test]
    fn full_disk_fails_the_report() {
        let file = File::at("/dev/full").unwrap();
        let failure = file.append(b"report\n", &moment()).unwrap_err();
        let text = failure.to_string();
        assert!(text.starts_with("appending to /dev/full: "), "{text}");
    }

    #[test]
    fn what_is_torn_is_taken_back_but_not_what_others_wrote() {
        let place = Place::new("torn");
        fs::write(&place.0, "whole\n").unwrap();
        let file = place.file().unwrap();
        let mut open = file.open().unwrap();
        open.write_all(b"to").unwrap();
        take_back(&mut open, 2).unwrap();
        assert_eq!(place.text(), "whole\n");
        open.write_all(b"to").unwrap();
        file.append(b"other\n", &moment()).unwrap();
        take_back(&mut open, 2).unwrap();
        assert_eq!(place.text(), "whole\ntoother\n");
    }
}
