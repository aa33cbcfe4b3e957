//! A recovery page as it goes to paper: the code that a camera reads, beside the characters that a person
//! can type. Both say the same, and both are the secret (R-CONS-017).

use crate::failure::{Failure, Kind};
use parcep_core::recovery::Page;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// Empty modules around a code, as its standard asks.
const QUIET: usize = 4;
/// How a terminal is told.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
/// What a person needs to know who finds the sheet in a drawer years later.
const ADVICE: [&str; 5] = [
    "Keep this sheet like a passport. Whoever has it can take your place as a guardian in a week;",
    "you can stop that from any device you still have.",
    "If every device of yours is lost: on a new one, `parcep guardian recover --dir DIR --page -`,",
    "and scan the code or type the characters. Capital or small letters and spaces do not matter.",
    "There is no other copy: destroy this sheet when you print a new one.",
];

/// The page for a terminal or a plain printer: code and characters. A terminal is told to show black on
/// white; paper is.
///
/// # Errors
/// If it does not fit a code; every page does.
pub(crate) fn text(page: &Page, terminal: bool) -> Result<Zeroizing<String>, Failure> {
    let characters = page.print();
    let code = Modules::of(&characters)?;
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    let (on, off) = if terminal {
        (BLACK_ON_WHITE, "\u{1b}[0m")
    } else {
        ("", "")
    };
    for row in (0..code.side()).step_by(2) {
        text.push_str(on);
        for column in 0..code.side() {
            text.push(
                match (code.is_dark(row, column), code.is_dark(row + 1, column)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                },
            );
        }
        text.push_str(off);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&characters);
    Ok(text)
}

/// The page as one sheet of paper, A4, in SVG.
///
/// # Errors
/// As [`text`].
pub(crate) fn sheet(page: &Page) -> Result<Zeroizing<String>, Failure> {
    let characters = page.print();
    let code = Modules::of(&characters)?;
    let mut svg = Zeroizing::new(String::with_capacity(64 * 1024));
    svg.push_str(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 210 297\">\n\
         <rect width=\"210\" height=\"297\" fill=\"#fff\"/>\n",
    );
    let mut lines = characters.lines();
    let title = lines.next().unwrap_or_default();
    let _ = writeln!(
        svg,
        "<text x=\"20\" y=\"26\" font-family=\"sans-serif\" font-size=\"8\">{title}</text>"
    );
    let size = 110_u16;
    let side = u16::try_from(code.side()).unwrap_or(u16::MAX);
    // Its dark part begins where the text does.
    let x = 20.0 - 4.0 * f32::from(size) / f32::from(side);
    let _ = write!(
        svg,
        "<svg x=\"{x}\" y=\"34\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {0} {0}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#000\" d=\"",
        code.side()
    );
    for row in 0..code.side() {
        for column in (0..code.side()).filter(|column| code.is_dark(row, *column)) {
            let _ = write!(svg, "M{column} {row}h1v1h-1z");
        }
    }
    svg.push_str("\"/></svg>\n");
    let lines: Vec<_> = lines.collect();
    // The address of a relay may be long, and the sheet ends.
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX).max(1);
    let pitch = (92.0 / f32::from(count)).min(9.0);
    let mut at = 156.0;
    for line in lines {
        let _ = writeln!(
            svg,
            "<text x=\"20\" y=\"{at}\" font-family=\"monospace\" font-size=\"{}\">{line}</text>",
            pitch * 0.66
        );
        at += pitch;
    }
    at += 6.0;
    for line in ADVICE {
        let line = line.replace('`', "");
        let _ = writeln!(
            svg,
            "<text x=\"20\" y=\"{at}\" font-family=\"sans-serif\" font-size=\"4\">{line}</text>"
        );
        at += 6.5;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// A code with its quiet border.
struct Modules {
    colors: Vec<Color>,
    width: usize,
}

impl Modules {
    /// Of the characters without title and spaces: capital letters and digits, which a code packs best.
    fn of(page: &str) -> Result<Self, Failure> {
        let lines = page.lines().skip(1);
        let characters = lines.flat_map(str::chars).filter(|c| !c.is_whitespace());
        let characters: Zeroizing<String> = Zeroizing::new(characters.collect());
        // Level M: a seventh of it may be stained or torn.
        let code = QrCode::with_error_correction_level(characters.as_bytes(), EcLevel::M);
        let code = code.map_err(|error| {
            Failure::new(
                Kind::Failed,
                "INTERNAL",
                format!("no code for this page: {error}"),
            )
        })?;
        Ok(Self {
            width: code.width(),
            colors: code.to_colors(),
        })
    }

    const fn side(&self) -> usize {
        self.width + 2 * QUIET
    }

    fn is_dark(&self, row: usize, column: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.width);
        let (Some(row), Some(column)) = (inside(row), inside(column)) else {
            return false;
        };
        let color = self.colors.get(row * self.width + column);
        color == Some(&Color::Dark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parcep_core::crypto::Hash;
    use parcep_core::id::LogId;
    use parcep_core::recovery::{RecoverySecret, Whereabouts};

    fn page(relay: &str) -> Page {
        Page {
            secret: RecoverySecret::from_bytes([7; 32]),
            whereabouts: Whereabouts {
                log_id: LogId::from_bytes([1; 32]),
                genesis: Hash([2; 32]),
                handle: vec![3; 32],
                relay: relay.to_owned(),
            },
        }
    }

    /// What a camera sees of a picture of light and dark.
    fn scanned(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> Page {
        const SCALE: usize = 4;
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, |x, y| {
                if is_dark(y / SCALE, x / SCALE) {
                    0
                } else {
                    255
                }
            });
        let codes = picture.detect_grids();
        assert_eq!(codes.len(), 1);
        Page::parse(&codes[0].decode().unwrap().1).unwrap()
    }

    /// R-CONS-017: a camera reads the page that a person could type.
    #[test]
    fn the_printed_code_is_the_page() {
        for relay in [
            "https://r.example",
            &format!("https://{}.example", "r".repeat(200)),
        ] {
            let page = page(relay);
            let text = text(&page, false).unwrap();
            let rows: Vec<Vec<char>> = text
                .lines()
                .take_while(|line| !line.is_empty())
                .map(|line| line.chars().collect())
                .collect();
            let read = scanned(rows[0].len(), |row, column| {
                let half = rows[row / 2][column];
                half == '█' || half == if row % 2 == 0 { '▀' } else { '▄' }
            });
            assert_eq!(read, page, "{relay}");
            let typed = text.split_once("\n\n").unwrap().1;
            assert_eq!(Page::parse(typed), Ok(page));
        }
    }

    #[test]
    fn the_sheet_has_the_code_the_characters_and_what_to_do() {
        let page = page("https://relay.example");
        let svg = sheet(&page).unwrap();
        for line in page.print().lines() {
            assert!(svg.contains(line), "{line}");
        }
        assert!(svg.contains("guardian recover"));
        let code = Modules::of(&page.print()).unwrap();
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let squares: std::collections::BTreeSet<(usize, usize)> = path
            .split('M')
            .skip(1)
            .map(|square| {
                let (column, rest) = square.split_once(' ').unwrap();
                let row = rest.split_once('h').unwrap().0;
                (row.parse().unwrap(), column.parse().unwrap())
            })
            .collect();
        let read = scanned(code.side(), |row, column| squares.contains(&(row, column)));
        assert_eq!(read, page);
    }
}
