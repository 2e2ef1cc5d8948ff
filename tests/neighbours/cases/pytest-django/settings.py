import os

SECRET_KEY = "only for tests"
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
STATIC_URL = "static/"
ALLOWED_HOSTS = ["*"]
FILE = {"NAME": "shop.sqlite3"} if os.environ["DATABASE"] == "file" else {}
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "TEST": FILE},
}
