//! How a text is written where it is used: [`t!`], [`n!`] for one and many, `key!` where it is only named.

/// A text in the language of the window. `t!("Sign")` is a `&'static str`, `t!(task.doing)` the words for a text from
/// elsewhere, and `t!("{done} of {all}", done, all = cells.len())` a `String`; a place may round, as `{share:.1}`.
#[cfg(feature = "gui")]
macro_rules! t {
    ($text:expr) => {
        $crate::language::of($text)
    };
    ($text:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::language::filled($text, &[$((stringify!($name), value!($name $(= $value)?))),+])
    };
}

/// The value of a place: what bears its name, or what is given.
#[cfg(feature = "gui")]
macro_rules! value {
    ($name:ident) => {
        &$name as &dyn ::std::fmt::Display
    };
    ($name:ident = $value:expr) => {
        &$value as &dyn ::std::fmt::Display
    };
}

/// Two texts, for one and for any other number: `n!(count, "1 cell", "{count} cells", count)`.
#[cfg(feature = "gui")]
macro_rules! n {
    ($count:expr, $one:literal, $many:literal, $($value:tt)+) => {
        if $count == 1 { t!($one, $($value)+) } else { t!($many, $($value)+) }
    };
}

/// A text that is kept in English, since it is compared, written to a file, or shown by another place, which translates it.
#[cfg(feature = "gui")]
macro_rules! key {
    ($text:literal) => {
        $text
    };
}
