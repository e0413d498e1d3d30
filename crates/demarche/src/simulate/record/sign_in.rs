//! Sign-ins: rows of the four sign-in logs, and their records in the audit log.

use crate::simulate::client::Named;
use crate::simulate::guid::Guid;
use crate::simulate::options::{Ids, SignInForm};
use crate::simulate::people::{Device, Person};
use crate::simulate::record::{Head, begin};
use crate::simulate::sink::{Sink, Stream};
use crate::simulate::tenant::Tenant;
use crate::simulate::world::Origin;

/// One sign-in of a person, as the issuer saw it.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// Moment.
    pub at: i64,
    /// Request id; of a success, also the identifier of the token issued.
    pub id: Guid,
    /// Correlation id, shared by the steps of one attempt.
    pub correlation: Guid,
    /// With a prompt or without.
    pub interactive: bool,
    /// Who.
    pub person: &'a Person,
    /// With what.
    pub app: Named<'a>,
    /// For what.
    pub resource: Named<'a>,
    /// Kind of program.
    pub kind: &'static str,
    /// On which device.
    pub device: &'a Device,
    /// From where.
    pub origin: Origin,
    /// Session, when one began or went on.
    pub session: Option<Guid>,
    /// Result.
    pub outcome: Outcome,
    /// Whether another issuer's assertion was shown instead of a password.
    pub assertion: bool,
}

/// Result of a sign-in: error number, its name in the audit log, and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Error number, 0 for success.
    pub code: i64,
    /// Name in the audit log.
    pub name: &'static str,
    /// Text in the sign-in log.
    pub text: &'static str,
}

const fn outcome(code: i64, name: &'static str, text: &'static str) -> Outcome {
    Outcome { code, name, text }
}

/// Success.
pub const SUCCESS: Outcome = outcome(0, "", "Other.");
/// Wrong password.
pub const WRONG_PASSWORD: Outcome = outcome(
    50126,
    "InvalidUserNameOrPassword",
    "Error validating credentials due to invalid username or password.",
);
/// Account locked, or address blocked.
pub const LOCKED: Outcome = outcome(
    50053,
    "IdsLocked",
    "Account is locked because user tried to sign in too many times with an incorrect user ID or password.",
);
/// Password right, second factor asked.
pub const SECOND_FACTOR: Outcome = outcome(
    50074,
    "UserStrongAuthClientAuthNRequiredInterrupt",
    "Strong Authentication is required.",
);
/// The question whether to stay signed in.
pub const STAY_SIGNED_IN: Outcome = outcome(
    50140,
    "KmsiInterrupt",
    "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
);
/// A silent attempt without a session.
pub const NO_SESSION: Outcome = outcome(
    50058,
    "UserInformationNotProvided",
    "Session information is not sufficient for single-sign-on.",
);
/// Consent is missing.
pub const NO_CONSENT: Outcome = outcome(
    65001,
    "DelegationDoesNotExist",
    "The user or administrator has not consented to use the application.",
);
/// Password too old.
pub const EXPIRED: Outcome = outcome(
    50055,
    "InvalidPasswordExpiredPassword",
    "The password is expired.",
);

/// Writes the row of the sign-in log.
pub fn row(sink: &mut Sink, tenant: &Tenant, sign_in: &SignIn<'_>) {
    let form = tenant.options.sign_in_form;
    if form == SignInForm::None {
        return;
    }
    let stream = if sign_in.interactive {
        Stream::Interactive
    } else {
        Stream::NonInteractive
    };
    sink.begin(stream, sign_in.at, sign_in.id);
    if form == SignInForm::Diagnostic {
        let envelope = Envelope {
            at: sign_in.at,
            stream,
            code: sign_in.outcome.code,
            origin: Some(sign_in.origin),
            correlation: sign_in.correlation,
            identity: &sign_in.person.name,
        };
        open_envelope(sink, tenant, &envelope);
    }
    who(sink, sign_in);
    application(sink, tenant, sign_in);
    token_fields(sink, tenant, sign_in);
    circumstances(sink, sign_in);
    if form == SignInForm::Diagnostic {
        sink.json.end_object();
    }
    sink.end();
}

struct Envelope<'a> {
    at: i64,
    stream: Stream,
    code: i64,
    origin: Option<Origin>,
    correlation: Guid,
    identity: &'a str,
}

/// The envelope of a diagnostic setting (C11); the caller closes both objects.
fn open_envelope(sink: &mut Sink, tenant: &Tenant, envelope: &Envelope<'_>) {
    let category = match envelope.stream {
        Stream::NonInteractive => "NonInteractiveUserSignInLogs",
        Stream::ServicePrincipal => "ServicePrincipalSignInLogs",
        Stream::ManagedIdentity => "ManagedIdentitySignInLogs",
        Stream::Interactive | Stream::Audit => "SignInLogs",
    };
    let json = &mut sink.json;
    json.time_utc("time", envelope.at);
    let resource = format!("/tenants/{}/providers/Microsoft.aadiam", tenant.id);
    json.text("resourceId", &resource);
    json.text("operationName", "Sign-in activity");
    json.text("operationVersion", "1.0");
    json.text("category", category);
    json.guid("tenantId", tenant.id);
    json.text("resultType", &envelope.code.to_string());
    json.text("resultSignature", "None");
    json.number("durationMs", 0);
    if let Some(origin) = envelope.origin {
        json.text("callerIpAddress", &origin.address.to_string());
        json.text("location", origin.network.place.country);
    }
    json.guid("correlationId", envelope.correlation);
    json.text("identity", envelope.identity);
    json.number("Level", 4);
    json.object("properties");
}

fn who(sink: &mut Sink, sign_in: &SignIn<'_>) {
    let json = &mut sink.json;
    json.guid("id", sign_in.id);
    json.time_utc("createdDateTime", sign_in.at);
    json.text("userDisplayName", &sign_in.person.name);
    json.text("userPrincipalName", &sign_in.person.account);
    json.guid("userId", sign_in.person.object_id);
    json.text("userType", "member");
    json.guid("correlationId", sign_in.correlation);
}

fn application(sink: &mut Sink, tenant: &Tenant, sign_in: &SignIn<'_>) {
    let json = &mut sink.json;
    json.guid("appId", sign_in.app.id);
    json.text("appDisplayName", sign_in.app.name);
    json.guid("resourceId", sign_in.resource.id);
    json.text("resourceDisplayName", sign_in.resource.name);
    json.guid("resourceTenantId", tenant.id);
    json.guid("homeTenantId", tenant.id);
    json.text("clientAppUsed", sign_in.kind);
    json.text("userAgent", &sign_in.device.agent);
    json.text("ipAddress", &sign_in.origin.address.to_string());
    json.number(
        "autonomousSystemNumber",
        i64::from(sign_in.origin.network.system),
    );
    json.flag("isInteractive", sign_in.interactive);
    json.array("signInEventTypes");
    json.text_item(if sign_in.interactive {
        "interactiveUser"
    } else {
        "nonInteractiveUser"
    });
    json.end_array();
}

fn token_fields(sink: &mut Sink, tenant: &Tenant, sign_in: &SignIn<'_>) {
    let json = &mut sink.json;
    json.text(
        "tokenIssuerType",
        if sign_in.assertion {
            "ADFederationServices"
        } else {
            "AzureAD"
        },
    );
    json.text("crossTenantAccessType", "none");
    if tenant.options.ids == Ids::None {
        // The stable interface had neither token nor session (semantics §4.2).
        return;
    }
    json.token("uniqueTokenIdentifier", sign_in.id);
    if let Some(session) = sign_in.session {
        json.guid("sessionId", session);
    }
    json.text(
        "incomingTokenType",
        match (sign_in.interactive, sign_in.assertion) {
            (true, true) => "saml11",
            (true, false) => "none",
            (false, _) => "refreshToken",
        },
    );
    json.text("authenticationProtocol", "oAuth2");
    json.text("originalTransferMethod", "none");
    json.text("signInTokenProtectionStatus", "unbound");
}

fn circumstances(sink: &mut Sink, sign_in: &SignIn<'_>) {
    let json = &mut sink.json;
    json.text("conditionalAccessStatus", "notApplied");
    let second = sign_in.outcome == SECOND_FACTOR;
    let requirement = if second {
        "multiFactorAuthentication"
    } else {
        "singleFactorAuthentication"
    };
    json.text("authenticationRequirement", requirement);
    json.text("riskState", "none");
    json.text("riskLevelDuringSignIn", "none");
    json.text("riskLevelAggregated", "none");
    json.text("riskDetail", "none");
    json.object("status");
    json.number("errorCode", sign_in.outcome.code);
    json.text("failureReason", sign_in.outcome.text);
    json.end_object();
    let device = sign_in.device;
    json.object("deviceDetail");
    json.text(
        "deviceId",
        &device.id.map(|id| id.to_string()).unwrap_or_default(),
    );
    json.text(
        "displayName",
        if device.id.is_some() {
            &device.name
        } else {
            ""
        },
    );
    json.text("operatingSystem", device.system);
    json.text("browser", &device.browser);
    json.flag("isCompliant", device.id.is_some());
    json.flag("isManaged", device.id.is_some());
    json.end_object();
    location(sink, sign_in.origin);
}

fn location(sink: &mut Sink, origin: Origin) {
    let place = origin.network.place;
    let json = &mut sink.json;
    json.object("location");
    json.text("city", place.city);
    json.text("state", place.state);
    json.text("countryOrRegion", place.country);
    json.object("geoCoordinates");
    for (key, hundredths) in [("latitude", place.at.0), ("longitude", place.at.1)] {
        json.key(key);
        let sign = if hundredths < 0 { "-" } else { "" };
        let n = hundredths.unsigned_abs();
        json.bytes
            .extend_from_slice(format!("{sign}{}.{:02}", n / 100, n % 100).as_bytes());
    }
    json.end_object();
    json.end_object();
}

/// A sign-in without a person.
#[derive(Debug, Clone, Copy)]
pub struct AppSignIn<'a> {
    /// Moment.
    pub at: i64,
    /// Request id and token identifier.
    pub id: Guid,
    /// Correlation id.
    pub correlation: Guid,
    /// The application.
    pub app: Named<'a>,
    /// Its service principal.
    pub principal: Guid,
    /// For what.
    pub resource: Named<'a>,
    /// From where; managed identities have no address.
    pub origin: Option<Origin>,
}

/// Writes the row of an application, or of a managed identity when it has no origin.
pub fn app_row(sink: &mut Sink, tenant: &Tenant, sign_in: &AppSignIn<'_>) {
    let form = tenant.options.sign_in_form;
    if form == SignInForm::None {
        return;
    }
    let managed = sign_in.origin.is_none();
    let stream = if managed {
        Stream::ManagedIdentity
    } else {
        Stream::ServicePrincipal
    };
    sink.begin(stream, sign_in.at, sign_in.id);
    if form == SignInForm::Diagnostic {
        let envelope = Envelope {
            at: sign_in.at,
            stream,
            code: 0,
            origin: sign_in.origin,
            correlation: sign_in.correlation,
            identity: sign_in.app.name,
        };
        open_envelope(sink, tenant, &envelope);
    }
    app_fields(sink, tenant, sign_in);
    if form == SignInForm::Diagnostic {
        sink.json.end_object();
    }
    sink.end();
}

fn app_fields(sink: &mut Sink, tenant: &Tenant, sign_in: &AppSignIn<'_>) {
    let managed = sign_in.origin.is_none();
    let json = &mut sink.json;
    json.guid("id", sign_in.id);
    json.time_utc("createdDateTime", sign_in.at);
    json.guid("correlationId", sign_in.correlation);
    json.guid("appId", sign_in.app.id);
    json.text("appDisplayName", sign_in.app.name);
    json.guid("servicePrincipalId", sign_in.principal);
    json.text("servicePrincipalName", sign_in.app.name);
    json.guid("resourceId", sign_in.resource.id);
    json.text("resourceDisplayName", sign_in.resource.name);
    let address = sign_in.origin.map(|origin| origin.address.to_string());
    json.text("ipAddress", &address.unwrap_or_default());
    json.flag("isInteractive", false);
    json.array("signInEventTypes");
    json.text_item(if managed {
        "managedIdentity"
    } else {
        "servicePrincipal"
    });
    json.end_array();
    json.text(
        "clientCredentialType",
        if managed {
            "managedIdentity"
        } else {
            "clientSecret"
        },
    );
    if tenant.options.ids == Ids::Linkable {
        json.token("uniqueTokenIdentifier", sign_in.id);
    }
    json.object("status");
    json.number("errorCode", 0);
    json.text("failureReason", "Other.");
    json.end_object();
    if let Some(origin) = sign_in.origin {
        location(sink, origin);
    }
}

/// Writes the record of the audit log: only some sign-ins get there, and none with a token id.
pub fn audit(sink: &mut Sink, tenant: &Tenant, sign_in: &SignIn<'_>) {
    let Outcome { code, name, .. } = sign_in.outcome;
    let success = code == 0 || code == STAY_SIGNED_IN.code;
    // Two thirds of real failures say `Success` here, which is the HTTP outcome (semantics §2.10).
    let said = if success || !sign_in.id.0[0].is_multiple_of(3) {
        "Success"
    } else {
        "Failed"
    };
    let person = sign_in.person;
    let object_id = person.object_id.to_string();
    let address = sign_in.origin.address.to_string();
    let resource = sign_in.resource.id.to_string();
    let head = Head {
        at: sign_in.at,
        record_type: 15,
        operation: if success {
            "UserLoggedIn"
        } else {
            "UserLoginFailed"
        },
        result: said,
        user_key: &object_id,
        user_type: 0,
        workload: "AzureActiveDirectory",
        client: &address,
        object: &resource,
        user: &person.account,
    };
    begin(sink, tenant, sign_in.id, &head);
    request(sink, sign_in, success);
    sink.json.array("Actor");
    party(sink, &object_id, 0);
    party(sink, &person.account, 5);
    let json = &mut sink.json;
    json.end_array();
    json.guid("ActorContextId", tenant.id);
    json.text("ActorIpAddress", &address);
    json.guid("InterSystemsId", sign_in.correlation);
    json.guid("IntraSystemId", sign_in.id);
    json.text("SupportTicketId", "");
    json.array("Target");
    party(sink, &resource, 0);
    let json = &mut sink.json;
    json.end_array();
    json.guid("TargetContextId", tenant.id);
    json.guid("ApplicationId", sign_in.app.id);
    device_properties(sink, sign_in);
    let json = &mut sink.json;
    json.text("ErrorNumber", &code.to_string());
    if !success {
        json.text("LogonError", name);
    }
    sink.end();
}

fn request(sink: &mut Sink, sign_in: &SignIn<'_>, success: bool) {
    let json = &mut sink.json;
    json.number("AzureActiveDirectoryEventType", 1);
    json.array("ExtendedProperties");
    json.pair(
        "ResultStatusDetail",
        if success { "Success" } else { "UserError" },
    );
    if sign_in.outcome == STAY_SIGNED_IN {
        json.pair("KeepMeSignedIn", "true");
    }
    json.pair("UserAgent", &sign_in.device.agent);
    json.pair("UserAuthenticationMethod", "1");
    json.pair(
        "RequestType",
        if sign_in.interactive {
            "Login:login"
        } else {
            "OAuth2:Token"
        },
    );
    json.end_array();
    json.array("ModifiedProperties");
    json.end_array();
}

fn device_properties(sink: &mut Sink, sign_in: &SignIn<'_>) {
    let device = sign_in.device;
    let json = &mut sink.json;
    json.array("DeviceProperties");
    json.pair("OS", device.system);
    json.pair(
        "BrowserType",
        device.browser.split(' ').next().unwrap_or_default(),
    );
    json.pair(
        "IsCompliantAndManaged",
        if device.id.is_some() { "True" } else { "False" },
    );
    if let Some(session) = sign_in.session {
        json.pair("SessionId", &session.to_string());
    }
    json.end_array();
}

fn party(sink: &mut Sink, id: &str, kind: i64) {
    sink.json.object_item();
    sink.json.text("ID", id);
    sink.json.number("Type", kind);
    sink.json.end_object();
}
