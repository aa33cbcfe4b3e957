//! Generated code is committed; this test makes it anew and fails on any difference.
//!
//! After a change of `proto/` run `PARCEP_REGENERATE=1 cargo test -p parcep-proto`.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use prost::Message as _;
use std::path::{Path, PathBuf};

#[test]
fn committed_code_is_what_the_proto_files_generate() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = crate_dir.join("src/generated");
    let made = tempfile::tempdir().expect("a folder for the fresh code");
    generate(&crate_dir.join("../../proto"), made.path());

    for name in [
        "parcep.v1alpha1.rs",
        "parcep.v1alpha1.grpc.rs",
        "descriptor.bin",
    ] {
        let fresh = std::fs::read(made.path().join(name)).expect("the generator wrote it");
        if std::env::var_os("PARCEP_REGENERATE").is_some() {
            std::fs::write(committed.join(name), &fresh).expect("src/generated is writable");
        }
        let kept = std::fs::read(committed.join(name)).unwrap_or_default();
        assert!(
            kept == fresh,
            "{name} is stale: run `PARCEP_REGENERATE=1 cargo test -p parcep-proto`"
        );
    }
}

fn generate(proto_root: &Path, out: &Path) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(proto_root.join("parcep/v1alpha1"))
        .expect("the proto folder")
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "proto"))
        .collect();
    files.sort();
    let with_comments = protox::compile(&files, [proto_root]).expect("the proto files compile");

    let mut for_reflection = with_comments.clone();
    for file in &mut for_reflection.file {
        file.source_code_info = None;
    }
    std::fs::write(out.join("descriptor.bin"), for_reflection.encode_to_vec()).expect("writable");

    // Messages and services go to separate files, so that core needs no gRPC.
    let messages = out.join("messages");
    let services = out.join("services");
    for folder in [&messages, &services] {
        std::fs::create_dir(folder).expect("writable");
    }
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .bytes(".parcep.v1alpha1.Entry.header")
        .bytes(".parcep.v1alpha1.Entry.body")
        .out_dir(&messages)
        .compile_fds(with_comments.clone())
        .expect("messages");
    let mut only_services = with_comments;
    for file in &mut only_services.file {
        file.message_type.clear();
        file.enum_type.clear();
    }
    tonic_prost_build::configure()
        .out_dir(&services)
        .compile_fds(only_services)
        .expect("services");
    let name = "parcep.v1alpha1.rs";
    std::fs::rename(messages.join(name), out.join(name)).expect("made");
    std::fs::rename(services.join(name), out.join("parcep.v1alpha1.grpc.rs")).expect("made");
}
