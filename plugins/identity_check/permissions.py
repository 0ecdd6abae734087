"""Who may do what with identity checks."""

from app.sdk.plugin import Permission

OWN = "identity_check.own"

PERMISSIONS = (Permission(name=OWN, label="管理自己的身份核验方式", roles=frozenset({"trainee"})),)
