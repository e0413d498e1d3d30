//! Intake, settling and reading back, as the program calls them.

mod archives;
mod copies;
mod house;
mod odd_files;
mod round_trip;
