//! Faulty issuers of age signals: each a lie told before the service of `parcep-issuer`.
//!
//! ```text
//! bytes ─▶ Bench ─ lie about the request ─▶ honest service ─ lie about the answer, signed anew ─▶ bytes
//! ```

mod bench;
mod driven;
mod lies;
mod person;

pub use driven::{DrivenOffer, driven};
pub use lies::{IssuerOffer, issuers};

use bench::{Bench, Served};
use parcep_core::hex;
use std::path::PathBuf;
use tokio::net::UnixListener;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;

/// The audience that every issuer sees at its socket.
pub const AUDIENCE: &str = "org.example.game";

/// Serves an issuer at a socket of its own, and says where: `listening on unix:PATH audience NAME issuer-key HEX`.
///
/// # Errors
/// If the socket cannot be made, or the service ends.
pub(crate) async fn serve(offer: &'static IssuerOffer) -> Result<(), Box<dyn std::error::Error>> {
    let bench = Bench::new(offer)?;
    let folder = folder()?;
    let path = folder.join("age.sock");
    let listener = UnixListener::bind(&path)?;
    println!(
        "listening on unix:{} audience {AUDIENCE} issuer-key {}",
        path.display(),
        bench
            .public()
            .map(|key| hex::encode(key.as_bytes()))
            .unwrap_or_default(),
    );
    let incoming = UnixListenerStream::new(listener);
    let served = Server::builder()
        .add_service(Served::new(bench))
        .serve_with_incoming(incoming);
    served.await?;
    Ok(())
}

/// A folder of this process alone. Whoever kills the process removes it.
fn folder() -> std::io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let name = format!("parcep-mutants-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    // What an earlier process of this number left is of no use to anybody.
    let _ = std::fs::remove_file(folder.join("age.sock"));
    let _ = std::fs::remove_dir(&folder);
    std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}
