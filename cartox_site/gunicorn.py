"""How gunicorn serves Cartox: `gunicorn --config cartox_site/gunicorn.py`, behind a proxy."""

wsgi_app = "cartox_site.wsgi"
workers = 2
threads = 4
control_socket_disable = True

# Whether a request came over HTTPS is decided by CARTOX_PROXY_COUNT alone. By itself gunicorn
# believes such a header, and one that names another path, from every program on this computer.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

# Longer addresses and headers are refused before Cartox is asked.
limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190
