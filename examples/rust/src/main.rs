// SPDX-License-Identifier: MIT
//! Rows of a text with a tokenizer of one line, and what a failure and a panic look like.
mod calib;

use std::panic;

fn letters(text: &str) -> Vec<i32> {
    text.chars()
        .map(|letter| letter as i32 - 'a' as i32)
        .collect()
}

fn main() {
    let text = "abcdefghijklmnopqrstuvwxyz";
    let rows = calib::load(letters, text, 0, 8, 0).unwrap();
    println!(
        "calib {}: {} rows of 8",
        calib::version(),
        rows.rows().count()
    );
    for row in rows.rows() {
        println!("{row:?}");
    }
    if let Err(error) = calib::load(letters, text, 1, 100, 0) {
        println!("{}: {}", error.status, error.message);
    }
    panic::set_hook(Box::new(|_| ())); // says nothing: it is meant to panic
    let caught = panic::catch_unwind(|| calib::load(|_| panic!("no ids"), text, 1, 8, 0).is_ok());
    println!("{}", caught.unwrap_err().downcast_ref::<&str>().unwrap());
}
