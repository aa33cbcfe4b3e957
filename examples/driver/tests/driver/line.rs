//! The driver as a child of this process, and what goes over its line.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Driver {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    seq: u32,
}

impl Driver {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parcep-driver"));
        command.arg("--state-dir").arg(folder);
        Self::of(command)
    }

    pub(crate) fn of(mut command: Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
            seq: 0,
        }
    }

    /// Asks, and takes the answer, which has the same number.
    pub(crate) fn ask(&mut self, op: &str, members: Value) -> Value {
        self.seq += 1;
        let seq = format!("n{}", self.seq);
        let mut request = members;
        request["op"] = json!(op);
        request["seq"] = json!(seq);
        let answer = self.line(&request.to_string());
        assert_eq!(answer["seq"], json!(seq), "{answer}");
        let flat = answer.as_object().unwrap().values();
        let is_flat = |value: &Value| value.is_string() || value.is_u64() || value.is_boolean();
        assert!(flat.clone().all(is_flat), "{answer}");
        answer
    }

    /// Sends a line as it is.
    pub(crate) fn line(&mut self, line: &str) -> Value {
        writeln!(self.input, "{line}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    pub(crate) fn outcome(&mut self, op: &str, members: Value) -> String {
        let answer = self.ask(op, members);
        let outcome = answer["outcome"].as_str().unwrap();
        match answer["reason"].as_str() {
            Some(reason) if outcome == "refused" => format!("refused {reason}"),
            _ => outcome.to_owned(),
        }
    }

    /// The device loses its power.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends by `stop`; the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        assert_eq!(self.outcome("stop", json!({})), "ok");
        self.child.wait().unwrap().code()
    }
}

/// A driver that dials in says hello and stops.
pub(crate) fn dials_in(folder: &Path) -> (Value, Option<i32>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parcep-driver"));
    command.arg("--state-dir").arg(folder);
    command.args(["--connect", &listener.local_addr().unwrap().to_string()]);
    let mut child = command.spawn().unwrap();
    let told = conversation(&listener.accept().unwrap().0);
    (told, child.wait().unwrap().code())
}

/// A driver that is dialled says hello and stops; before, somebody hung up on it.
pub(crate) fn is_dialled(folder: &Path) -> (Value, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parcep-driver"));
    command.arg("--state-dir").arg(folder);
    command.args(["--listen", "127.0.0.1:0"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    errors.read_line(&mut said).unwrap();
    let address = said.trim().rsplit(' ').next().unwrap();
    drop(TcpStream::connect(address).unwrap());
    let told = conversation(&TcpStream::connect(address).unwrap());
    (told, child.wait().unwrap().code())
}

fn conversation(mut stream: &TcpStream) -> Value {
    let mut lines = BufReader::new(stream).lines();
    stream
        .write_all(b"{\"seq\": \"a\", \"op\": \"hello\", \"contract\": 1, \"nonce\": \"x\"}\n")
        .unwrap();
    let told = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    stream
        .write_all(b"{\"seq\": \"b\", \"op\": \"stop\"}\n")
        .unwrap();
    let stopped: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(stopped, json!({"seq": "b", "outcome": "ok"}));
    told
}
