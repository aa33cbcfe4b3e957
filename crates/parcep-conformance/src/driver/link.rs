//! Lines to and from a product, over pipes or TCP. What it sends is read at once and kept in bounds.

use super::fault::{Fault, shown};
use super::{LONGEST_LINE, Start};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Lines that wait to be looked at. More is a flood, and is not read.
const WAITING: usize = 4;
/// A program whose input is closed has ended, or ends by then.
const ENDS_WITHIN: Duration = Duration::from_secs(1);

pub(super) struct Link {
    input: Box<dyn AsyncWrite + Send + Unpin>,
    lines: Receiver<Said>,
    reader: JoinHandle<()>,
    /// Whether it has closed its input.
    closed: bool,
    child: Option<Child>,
}

/// What came out of a product.
#[derive(Debug)]
enum Said {
    Line(String),
    TooLong(String),
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("child", &self.child).finish()
    }
}

impl Link {
    pub(super) async fn open(
        start: &Start,
        folder: &Path,
        patience: Duration,
    ) -> Result<Self, Fault> {
        match start {
            Start::Program(command) => Self::spawn(command, folder),
            Start::DialsIn(door) => {
                let listener = door.listener.lock().await;
                let came = timeout(patience, listener.accept()).await;
                let nobody = || Fault::Start(format!("nobody dialled in within {patience:?}"));
                let (stream, _) = came.map_err(|_| nobody())?.map_err(cannot)?;
                Ok(Self::over(stream))
            }
            Start::Dialled(address) => {
                let dialled = timeout(patience, TcpStream::connect(address)).await;
                let nobody = || Fault::Start(format!("{address} does not answer"));
                let stream = dialled.map_err(|_| nobody())?;
                Ok(Self::over(stream.map_err(|error| {
                    Fault::Start(format!("{address}: {error}"))
                })?))
            }
        }
    }

    fn spawn(command: &[String], folder: &Path) -> Result<Self, Fault> {
        let missing = || Fault::Start("no command".into());
        let (program, args) = command.split_first().ok_or_else(missing)?;
        let mut child = Command::new(program)
            .args(args)
            .arg("--state-dir")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Fault::Start(format!("`{program}`: {error}")))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Fault::Start(format!("`{program}` has no pipes")));
        };
        Ok(Self::of(output, input, Some(child)))
    }

    fn over(stream: TcpStream) -> Self {
        // Small lines are not to wait for each other; a socket that refuses this works all the same.
        let _ = stream.set_nodelay(true);
        let (output, input) = stream.into_split();
        Self::of(output, input, None)
    }

    fn of(
        output: impl AsyncRead + Send + Unpin + 'static,
        input: impl AsyncWrite + Send + Unpin + 'static,
        child: Option<Child>,
    ) -> Self {
        let (sender, lines) = channel(WAITING);
        Self {
            input: Box::new(input),
            lines,
            reader: tokio::spawn(read(BufReader::new(output), sender)),
            closed: false,
            child,
        }
    }

    /// What it said without being asked, if it has said something.
    pub(super) fn unasked(&mut self) -> Option<String> {
        match self.lines.try_recv().ok()? {
            Said::Line(line) | Said::TooLong(line) => Some(shown(&line)),
        }
    }

    /// Sends a line. A product that has ended is found out when its answer is waited for.
    pub(super) async fn send(&mut self, line: &str, patience: Duration) -> Result<(), Fault> {
        let sent = async {
            self.input.write_all(line.as_bytes()).await?;
            self.input.write_all(b"\n").await?;
            self.input.flush().await
        };
        match timeout(patience, sent).await {
            Err(_) => Err(Fault::Deaf(format!("not within {patience:?}"))),
            Ok(Err(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Fault::Deaf(error.to_string()))
            }
            Ok(sent) => {
                self.closed = sent.is_err();
                Ok(())
            }
        }
    }

    /// The next line, which is to answer `op`.
    pub(super) async fn line(&mut self, op: &str, patience: Duration) -> Result<String, Fault> {
        let patience = match self.closed {
            true => patience.min(ENDS_WITHIN),
            false => patience,
        };
        match timeout(patience, self.lines.recv()).await {
            Err(_) if self.is_closed().await => Err(Fault::Deaf("it has closed it".into())),
            Err(_) => Err(Fault::Late {
                op: op.into(),
                after: patience,
            }),
            Ok(Some(Said::Line(line))) => Ok(line),
            Ok(Some(Said::TooLong(start))) => Err(Fault::Long {
                limit: LONGEST_LINE,
                start: shown(&start),
            }),
            Ok(None) => Err(Fault::Ended {
                op: op.into(),
                how: self.how().await,
            }),
        }
    }

    /// Whether it has closed its input. A line that was sent just before went into a pipe that still stood, so
    /// another one, which nobody reads any more, shows it.
    async fn is_closed(&mut self) -> bool {
        if !self.closed {
            let sent = timeout(Duration::from_millis(100), self.input.write_all(b"\n"));
            let broken = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
            self.closed = matches!(sent.await, Ok(Err(error)) if broken(&error));
        }
        self.closed
    }

    /// Waits until it has ended, with nothing more to say.
    pub(super) async fn ended(&mut self, within: Duration) -> Result<(), Fault> {
        let end = async {
            let last = self.lines.recv().await;
            let status = match &mut self.child {
                Some(child) => child.wait().await.ok(),
                None => None,
            };
            (last, status)
        };
        let ended = timeout(within, end).await;
        let Ok((last, status)) = ended else {
            self.kill().await;
            return Err(Fault::Immortal(within));
        };
        if let Some(Said::Line(line) | Said::TooLong(line)) = last {
            return Err(Fault::Unasked(shown(&line)));
        }
        match status {
            Some(status) if !status.success() => Err(Fault::Exit(status.to_string())),
            _ => Ok(()),
        }
    }

    pub(super) async fn kill(&mut self) {
        self.reader.abort();
        if let Some(child) = &mut self.child {
            // One that has ended by itself needs no killing.
            let _ = child.kill().await;
        }
        // A device at the end of a connection sees it close.
        let _ = self.input.shutdown().await;
    }

    async fn how(&mut self) -> String {
        let Some(child) = &mut self.child else {
            return "the connection was closed".into();
        };
        match timeout(Duration::from_millis(500), child.wait()).await {
            Ok(Ok(status)) => status.to_string(),
            _ => "it closed its output and goes on".into(),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

fn cannot(error: std::io::Error) -> Fault {
    Fault::Start(error.to_string())
}

/// Reads lines until there are no more, or one has no end.
async fn read(mut output: impl AsyncBufRead + Unpin, lines: Sender<Said>) {
    loop {
        let mut line = Vec::new();
        let limit = (LONGEST_LINE + 1) as u64;
        let read = (&mut output).take(limit).read_until(b'\n', &mut line).await;
        let said = match read {
            Err(_) | Ok(0) => return,
            Ok(_) if line.len() > LONGEST_LINE => {
                Said::TooLong(String::from_utf8_lossy(&line).into_owned())
            }
            Ok(_) => {
                let text = String::from_utf8_lossy(&line);
                Said::Line(text.trim_end_matches(['\n', '\r']).to_owned())
            }
        };
        let ends = matches!(said, Said::TooLong(_));
        if lines.send(said).await.is_err() || ends {
            return;
        }
    }
}
