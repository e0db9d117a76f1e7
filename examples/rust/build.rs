// SPDX-License-Identifier: MIT
//! Asks pkg-config where calib is. With CALIB_STATIC set, links the static library and what it needs.
use std::{env, process::Command};

fn main() {
    println!("cargo:rerun-if-env-changed=CALIB_STATIC");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    let is_static = env::var_os("CALIB_STATIC").is_some();
    let mut ask = Command::new("pkg-config");
    ask.args(["--libs", "calib >= 0.1"])
        .args(is_static.then_some("--static"));
    let answer = ask.output().expect("pkg-config is not installed");
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).expect("pkg-config does not speak UTF-8");
    assert!(answer.status.success(), "{}", said(answer.stderr));
    for flag in said(answer.stdout).split_whitespace() {
        match flag.split_at(2) {
            ("-L", folder) => println!("cargo:rustc-link-search=native={folder}"),
            ("-l", "calib") if is_static => println!("cargo:rustc-link-lib=static=calib"),
            ("-l", name) => println!("cargo:rustc-link-lib={name}"),
            _ => println!("cargo:rustc-link-arg={flag}"),
        }
    }
}
