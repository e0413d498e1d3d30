//! Fields of a sign-in and the names they are delivered by. A listed catalogue.

use crate::source::row::Slot;

/// One field of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Id of the request: the sign-in's own id.
    Id,
    /// When it happened.
    Created,
    /// When the workspace or portal dates it.
    Generated,
    /// Correlation id, supplied by the client.
    Correlation,
    /// Object id of the account.
    UserId,
    /// Name of the account.
    UserName,
    /// Member or guest.
    UserType,
    /// Name that was typed to sign in.
    SignInName,
    /// The client application.
    AppId,
    /// Its name.
    AppName,
    /// The resource.
    ResourceId,
    /// Its id, or the id of the log's own resource in a workspace.
    ResourceLooseId,
    /// Its name.
    ResourceName,
    /// Its name, or the name of the log's own resource in a workspace.
    ResourceLooseName,
    /// Tenant of the resource.
    ResourceTenant,
    /// Tenant of the account.
    HomeTenant,
    /// Tenant of the workspace's rows.
    Tenant,
    /// Object id of the service principal.
    PrincipalId,
    /// Its name.
    PrincipalName,
    /// Id of the key it signed in with.
    CredentialKey,
    /// Thumbprint of the certificate it signed in with.
    CredentialThumbprint,
    /// Id of the federated credential it signed in with.
    FederatedCredential,
    /// Address it came from.
    Address,
    /// Address the resource saw.
    ResourceAddress,
    /// Number of the network.
    Network,
    /// Place: object, two letters, or city, state and country.
    Location,
    /// Place as an object where `Location` is two letters.
    LocationDetails,
    /// City alone.
    City,
    /// Country alone.
    Country,
    /// Device as an object.
    Device,
    /// Device id alone.
    DeviceId,
    /// Browser alone.
    Browser,
    /// Operating system alone.
    System,
    /// Whether the device is compliant.
    Compliant,
    /// Whether it is managed.
    Managed,
    /// How it is joined.
    JoinType,
    /// User agent.
    Agent,
    /// Program by the service's name.
    ClientApp,
    /// Whether a person was at it.
    Interactive,
    /// Kinds of sign-in.
    EventTypes,
    /// Category of the log.
    Category,
    /// Table of the workspace.
    Table,
    /// Outcome: object, word.
    Status,
    /// Error code alone.
    ErrorCode,
    /// Why it failed.
    FailureReason,
    /// Session id.
    Session,
    /// Token id.
    Token,
    /// Kind of token that was shown.
    IncomingToken,
    /// Grant or protocol.
    Protocol,
    /// How the session got to this device.
    Transfer,
    /// Kind of an application's credential.
    CredentialType,
    /// Kind of issuer.
    IssuerType,
    /// Name of the issuer.
    IssuerName,
    /// Whether the token was bound to the device.
    TokenProtection,
    /// Kind of access across tenants.
    CrossTenant,
    /// Risk state.
    RiskState,
    /// Risk level at the sign-in.
    RiskLevel,
    /// Kinds of risk.
    RiskTypes,
    /// What the access policies made of it.
    PolicyResult,
    /// One factor or several.
    Factors,
    /// Steps of authentication.
    Steps,
    /// Kind of managed identity.
    ManagedKind,
    /// Result of the second factor.
    FactorResult,
    /// Method of the second factor.
    FactorMethod,
}

impl Slot for Field {
    const COUNT: usize = Field::FactorMethod as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("aadtenantid", Field::Tenant),
        ("appdisplayname", Field::AppName),
        ("appid", Field::AppId),
        ("application", Field::AppName),
        ("applicationid", Field::AppId),
        ("authenticationdetails", Field::Steps),
        ("authenticationprotocol", Field::Protocol),
        ("authenticationrequirement", Field::Factors),
        ("autonomoussystemnumber", Field::Network),
        ("browser", Field::Browser),
        ("category", Field::Category),
        ("city", Field::City),
        ("clientapp", Field::ClientApp),
        ("clientappused", Field::ClientApp),
        ("clientcredentialtype", Field::CredentialType),
        ("compliant", Field::Compliant),
        ("conditionalaccess", Field::PolicyResult),
        ("conditionalaccessstatus", Field::PolicyResult),
        ("correlationid", Field::Correlation),
        ("country", Field::Country),
        ("createddatetime", Field::Created),
        ("createddatetimeutc", Field::Created),
        ("credentialkeyid", Field::CredentialKey),
        ("credentialthumbprint", Field::CredentialThumbprint),
        ("crosstenantaccesstype", Field::CrossTenant),
        ("dateutc", Field::Created),
        ("devicedetail", Field::Device),
        ("deviceid", Field::DeviceId),
        ("errorcode", Field::ErrorCode),
        ("failurereason", Field::FailureReason),
        ("federatedcredentialid", Field::FederatedCredential),
        ("federatedtokenid", Field::FederatedCredential),
        ("hometenantid", Field::HomeTenant),
        ("id", Field::Id),
        ("incomingtokentype", Field::IncomingToken),
        ("ipaddress", Field::Address),
        ("ipaddressfromresourceprovider", Field::ResourceAddress),
        ("ipaddressseenbyresource", Field::ResourceAddress),
        ("isinteractive", Field::Interactive),
        ("jointype", Field::JoinType),
        ("location", Field::Location),
        ("locationdetails", Field::LocationDetails),
        ("managed", Field::Managed),
        ("managedidentitytype", Field::ManagedKind),
        ("managedserviceidentity", Field::ManagedKind),
        ("multifactorauthenticationauthmethod", Field::FactorMethod),
        ("multifactorauthenticationresult", Field::FactorResult),
        ("operatingsystem", Field::System),
        ("originaltransfermethod", Field::Transfer),
        ("requestid", Field::Id),
        ("resource", Field::ResourceLooseName),
        ("resourcedisplayname", Field::ResourceName),
        ("resourceid", Field::ResourceLooseId),
        ("resourceidentity", Field::ResourceId),
        ("resourcetenantid", Field::ResourceTenant),
        ("resultdescription", Field::FailureReason),
        ("resulttype", Field::ErrorCode),
        ("riskeventtypesv2", Field::RiskTypes),
        ("risklevelduringsignin", Field::RiskLevel),
        ("riskstate", Field::RiskState),
        ("serviceprincipalcredentialkeyid", Field::CredentialKey),
        (
            "serviceprincipalcredentialthumbprint",
            Field::CredentialThumbprint,
        ),
        ("serviceprincipalid", Field::PrincipalId),
        ("serviceprincipalname", Field::PrincipalName),
        ("sessionid", Field::Session),
        ("signinerrorcode", Field::ErrorCode),
        ("signineventtypes", Field::EventTypes),
        ("signinidentifier", Field::SignInName),
        ("signintokenprotectionstatus", Field::TokenProtection),
        ("status", Field::Status),
        ("timegenerated", Field::Generated),
        ("timegeneratedutc", Field::Generated),
        ("tokenissuername", Field::IssuerName),
        ("tokenissuertype", Field::IssuerType),
        ("tokenprotectionsigninsession", Field::TokenProtection),
        ("type", Field::Table),
        ("uniquetokenidentifier", Field::Token),
        ("useragent", Field::Agent),
        ("userid", Field::UserId),
        ("username", Field::UserName),
        ("userprincipalname", Field::UserName),
        ("usertype", Field::UserType),
    ];
}
