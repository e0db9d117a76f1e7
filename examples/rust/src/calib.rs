// SPDX-License-Identifier: MIT
//! What this program uses of calib, declared by hand after calib.h: one function to load rows, with a
//! Rust function as the tokenizer.
use std::any::Any;
use std::ffi::{c_void, CStr};
use std::os::raw::{c_char, c_int};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::{mem, ptr, slice, str};

type EmitFn = unsafe extern "C" fn(*mut c_void, *const i32, usize) -> c_int;
type EncodeFn =
    unsafe extern "C" fn(*mut c_void, *const c_char, usize, u32, EmitFn, *mut c_void) -> c_int;

/// calib_tokenizer_vtable. All optional functions are left null.
#[repr(C)]
struct Vtable {
    struct_size: usize,
    ctx: *mut c_void,
    encode: EncodeFn,
    last_error: *const c_void,
    fingerprint: *const c_void,
    identity: *const c_void,
    special_id: *const c_void,
    cuts: *const c_void,
    text_of: *const c_void,
    vocab_size: u32,
    capabilities: u32,
    kind_of: *const c_void,
}

/// calib_source.
#[repr(C)]
struct Source {
    struct_size: usize,
    location: *const c_char,
    bytes: *const c_void,
    n_bytes: usize,
    mirrors: *const *const c_char,
    n_mirrors: usize,
    sha256: *const c_char,
    bearer_token: *const c_char,
    documents: *const c_void,
    size_bytes: u64,
    weight: u64,
    flags: u32,
    reader: u32,
}

/// The beginning of calib_samples, which the library makes.
#[repr(C)]
struct RawSamples {
    struct_size: usize,
    tokens: *const i32,
    n_rows: usize,
    seq_len: usize,
}

/// calib_error.
#[repr(C)]
struct RawError {
    struct_size: usize,
    status: i32,
    callback_result: i32,
    system_error: i32,
    http_status: i32,
    offset: i64,
    message: [c_char; 1024],
}

extern "C" {
    fn calib_version() -> *const c_char;
    fn calib_last_error(out: *mut RawError) -> c_int;
    fn calib_samples_free(samples: *mut RawSamples);
    fn calib_load_from(
        tok: *const Vtable,
        n_samples: i64,
        seq_len: usize,
        seed: u64,
        source: *const Source,
        options: *const c_void,
        sampling: *const c_void,
        out: *mut *mut RawSamples,
    ) -> c_int;
}

/// The version of the library.
pub fn version() -> String {
    unsafe { CStr::from_ptr(calib_version()) }
        .to_string_lossy()
        .into_owned()
}

/// A failure of calib: a status of calib.h, and a message with the remedy.
#[derive(Debug)]
pub struct Error {
    pub status: i32,
    pub message: String,
}

fn last_error() -> Error {
    let mut raw: RawError = unsafe { mem::zeroed() };
    raw.struct_size = mem::size_of::<RawError>();
    unsafe { calib_last_error(&mut raw) };
    let message = unsafe { CStr::from_ptr(raw.message.as_ptr()) }
        .to_string_lossy()
        .into_owned();
    Error {
        status: raw.status,
        message,
    }
}

/// Rows of ids.
pub struct Samples(*mut RawSamples);

impl Samples {
    pub fn rows(&self) -> impl Iterator<Item = &[i32]> {
        let raw = unsafe { &*self.0 };
        let all = unsafe { slice::from_raw_parts(raw.tokens, raw.n_rows * raw.seq_len) };
        all.chunks_exact(raw.seq_len)
    }
}

impl Drop for Samples {
    fn drop(&mut self) {
        unsafe { calib_samples_free(self.0) }
    }
}

/// A tokenizer on its way through C, and what it panicked with.
struct Call<F> {
    encode: F,
    panic: Option<Box<dyn Any + Send>>,
}

unsafe extern "C" fn encode<F: FnMut(&str) -> Vec<i32>>(
    ctx: *mut c_void,
    text: *const c_char,
    len: usize,
    _flags: u32,
    emit: EmitFn,
    emit_ctx: *mut c_void,
) -> c_int {
    let call = &mut *ctx.cast::<Call<F>>();
    let text = str::from_utf8_unchecked(slice::from_raw_parts(text.cast(), len)); // calib has checked it
    match catch_unwind(AssertUnwindSafe(|| (call.encode)(text))) {
        Ok(ids) => emit(emit_ctx, ids.as_ptr(), ids.len()),
        Err(panic) => {
            call.panic = Some(panic);
            -1
        }
    }
}

/// Rows of a text in memory; `n_samples` of 0: all of them. A panic of `tokenizer` goes on in the caller.
pub fn load<F>(
    tokenizer: F,
    text: &str,
    n_samples: i64,
    seq_len: usize,
    seed: u64,
) -> Result<Samples, Error>
where
    F: FnMut(&str) -> Vec<i32>,
{
    let mut call = Call {
        encode: tokenizer,
        panic: None,
    };
    let vtable = Vtable {
        struct_size: mem::size_of::<Vtable>(),
        ctx: ptr::addr_of_mut!(call).cast(),
        encode: encode::<F>,
        last_error: ptr::null(),
        fingerprint: ptr::null(),
        identity: ptr::null(),
        special_id: ptr::null(),
        cuts: ptr::null(),
        text_of: ptr::null(),
        vocab_size: 0,
        capabilities: 0,
        kind_of: ptr::null(),
    };
    let mut source: Source = unsafe { mem::zeroed() };
    source.struct_size = mem::size_of::<Source>();
    source.bytes = text.as_ptr().cast();
    source.n_bytes = text.len();
    let mut made = ptr::null_mut();
    let status = unsafe {
        calib_load_from(
            &vtable,
            n_samples,
            seq_len,
            seed,
            &source,
            ptr::null(),
            ptr::null(),
            &mut made,
        )
    };
    match (status, call.panic) {
        (0, _) => Ok(Samples(made)),
        (_, Some(panic)) => resume_unwind(panic),
        (_, None) => Err(last_error()),
    }
}
