//! The pages, a file for each kind.

pub mod addresses;
pub mod leave;
pub mod links;
pub mod orders;
pub mod overview;
pub mod profile;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;
