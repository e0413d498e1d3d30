//! Events of Keycloak, a token issuer: log lines and JSON.

pub mod card;
pub mod event;
pub mod forms;
pub mod pairs;
