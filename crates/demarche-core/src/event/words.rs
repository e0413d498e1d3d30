//! Names of event details: one word for one meaning across all sources.

/// Name of a rule, application, policy or file.
pub const NAME: &str = "name";
/// An address mail is forwarded, redirected or copied to; repeats.
pub const FORWARDS_TO: &str = "forwards_to";
/// A folder that a rule moves mail to.
pub const MOVES_TO: &str = "moves_to";
/// `true` where a rule deletes mail.
pub const DELETES: &str = "deletes";
/// `true` where a rule marks mail as read.
pub const MARKS_READ: &str = "marks_read";
/// A condition of a rule: words it looks for; repeats.
pub const MATCHES: &str = "matches";
/// A condition of a rule: whose mail it looks for; repeats.
pub const SENDER: &str = "sender";
/// An address a rule copies all mail to without the sender's knowledge; repeats.
pub const BLIND_COPIES_TO: &str = "blind_copies_to";
/// Who was given something: account, role holder; repeats.
pub const TRUSTEE: &str = "trustee";
/// The right or role given; repeats.
pub const RIGHT: &str = "right";
/// A scope or application role consented to, one each; repeats.
pub const SCOPE: &str = "scope";
/// `tenant` or `account`: how far a consent, or a role that acts for others, reaches.
pub const REACH: &str = "reach";
/// The application's id that a directory event is about.
pub const APP_ID: &str = "app_id";
/// The service principal's object id that a directory event is about.
pub const PRINCIPAL_ID: &str = "principal_id";
/// Id of a key or secret.
pub const KEY_ID: &str = "key_id";
/// The account a directory event is about.
pub const TARGET: &str = "target";
/// A recipient of a message; repeats (the list is capped at 1000 by one provider, K7).
pub const RECIPIENT: &str = "recipient";
/// The number of recipients a record states.
pub const RECIPIENT_COUNT: &str = "recipient_count";
/// Subject of a message.
pub const SUBJECT: &str = "subject";
/// An attachment's name of a sent message; repeats.
pub const ATTACHMENT: &str = "attachment";
/// A message id of a sent message.
pub const MESSAGE_ID: &str = "message_id";
/// Text of a query.
pub const QUERY: &str = "query";
/// A parameter that has no word of its own, as `name=value`; repeats.
pub const PARAMETER: &str = "parameter";
/// How a sign-in was authenticated: single or multiple factors.
pub const FACTORS: &str = "factors";
/// The provider's risk level of a sign-in.
pub const RISK: &str = "risk";
/// The tenant a signed-in account calls home, where it is another.
pub const HOME_TENANT: &str = "home_tenant";
/// The organisation (tenant) the record belongs to.
pub const ORGANISATION: &str = "organisation";
/// Which kind of token was shown to get this one.
pub const INCOMING_TOKEN: &str = "incoming_token";
/// Who issued the token, where it is not the tenant's own issuer.
pub const ISSUER: &str = "issuer";
/// Start of a window a collector speaks of, ISO UTC.
pub const WINDOW_FROM: &str = "window_from";
/// End of a window a collector speaks of, ISO UTC.
pub const WINDOW_TO: &str = "window_to";
/// What a collector says happened to the window: `skipped`, `partial`, `complete`.
pub const WINDOW_STATE: &str = "window_state";
/// The total of rows that a search session states. Of the delivery, not of the record: copies of
/// one record may differ in it.
pub const RESULT_COUNT: &str = "result_count";
/// The search session whose total is stated. Of the delivery, as [`RESULT_COUNT`].
pub const RESULT_SESSION: &str = "result_session";
/// `true` or `false` for a setting that was switched.
pub const SETTING: &str = "setting";
/// Where a file was moved or copied to.
pub const DESTINATION: &str = "destination";
/// How widely a link or share reaches.
pub const SHARE: &str = "share";
/// Status code of a request to an interface for programs.
pub const STATUS: &str = "status";
/// Bytes of a response.
pub const RESPONSE_BYTES: &str = "response_bytes";
/// The address of a request.
pub const REQUEST: &str = "request";
/// City and state of an address, where the record has them.
pub const CITY: &str = "city";
/// Kind of access across tenants.
pub const CROSS_TENANT: &str = "cross_tenant";
/// What kind of credential an application signed in with.
pub const CREDENTIAL_TYPE: &str = "credential_type";
/// How a device is joined, and whether it is compliant and managed.
pub const DEVICE_TRUST: &str = "device_trust";
/// Why something failed, in the service's words.
pub const FAILURE: &str = "failure";
/// One step of authentication: method, detail, what came of it; repeats.
pub const FACTOR: &str = "factor";
/// What the access policies made of a sign-in.
pub const POLICY_RESULT: &str = "policy_result";
/// The address that the resource saw, where it is another than the issuer saw.
pub const RESOURCE_ADDRESS: &str = "resource_address";
/// The provider's risk state of a sign-in or account.
pub const RISK_STATE: &str = "risk_state";
/// The name that was typed to sign in, where it is another than the account's.
pub const SIGN_IN_NAME: &str = "sign_in_name";
/// Whether a token was bound to its device.
pub const TOKEN_PROTECTION: &str = "token_protection";
/// How a session got to the device: device code, transfer.
pub const TRANSFER: &str = "transfer";
/// What stands, at the moment of a snapshot: the word of the kind of act that puts it in place
/// (`rule-set`, `forwarding-set`, `mailbox-granted`, `consented`, `factor-changed`,
/// `role-granted`, `audit-enabled`, `audit-disabled`, ...), of the kind that takes it away where
/// the snapshot shows that nothing stands, or `licence`, `domain` or `default`.
pub const STANDS: &str = "stands";
/// When a standing thing was made, as the snapshot itself says, ISO UTC.
pub const MADE: &str = "made";
/// `true` where a standing rule, account or domain is switched on.
pub const ENABLED: &str = "enabled";
/// An operation that a store's auditing covers, `items-read` for the reading of items; repeats.
pub const AUDITED: &str = "audited";
/// Which statement of its session a record is about: records of one statement tell of one read.
pub const STATEMENT: &str = "statement";
/// Rows were read and no record counts them: [`UNCOUNTED_WHOLE`] or [`UNCOUNTED_SOME`].
pub const ROWS_UNCOUNTED: &str = "rows_uncounted";
/// A whole table was copied, or a cursor opened.
pub const UNCOUNTED_WHOLE: &str = "whole";
/// The server's own catalogue was read: names of tables and columns, nobody's content.
pub const CATALOGUE: &str = "catalogue";
/// What an item's id begins with where the statement that read it was not logged.
pub const UNNAMED_STATEMENT: &str = "statement ";
/// Rows were asked for by a statement.
pub const UNCOUNTED_SOME: &str = "some";
/// A hash that a list of files states for a file, in hex.
pub const HASH: &str = "hash";
/// The list of files before this one.
pub const PREVIOUS: &str = "previous";
/// The operation of a note that a provider's list of files makes of one file.
pub const LISTED_FILE: &str = "listed file";
/// The operation of a note of a provider's list of files itself.
pub const LIST_OF_FILES: &str = "list of files";
